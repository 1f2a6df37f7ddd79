/**
 * Those who wait for the lead ask whether the leader is there, and one of them takes it from a tab that does not answer:
 * the browser has frozen it, with its lock. Comes after the first load: nobody waits that long for a leader before.
 */

/** So often those who wait ask; a question without an answer is no reason yet, because a page can be busy. */
const askMs = 10_000;
const unansweredMax = 3;

/** The answer ends it. */
export function watchLeader(
  name: string,
  isLeading: () => boolean | undefined,
  stand: (steal: true) => void,
  everyMs = askMs,
): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel(name);
  let unanswered = 0;
  channel.addEventListener('message', ({ data }) => {
    if (data === 'here') unanswered = 0;
    else if (isLeading() === true) channel.postMessage('here');
  });
  const asking = setInterval(() => {
    if (isLeading() === true) return;
    unanswered += 1;
    if (unanswered <= unansweredMax) return channel.postMessage('there?');
    unanswered = 0;
    stand(true);
  }, everyMs);
  return () => {
    clearInterval(asking);
    channel.close();
  };
}
