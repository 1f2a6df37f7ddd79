/**
 * The tabs of one browser: one of them sends (Web Locks), all of them hear (BroadcastChannel). A tab that the browser has
 * frozen keeps its lock and sends nothing; so those who wait ask whether the leader is there, and take the lead from one
 * does not answer. When it thaws, it stops at once and waits in its turn.
 */
import { singleTab, type TabMessage, type Tabs } from './ports.ts';

/** So often those who wait ask; a question without an answer is no reason yet, because a page can be busy. */
const askMs = 10_000;
const unansweredMax = 3;

export function browserTabs(everyMs = askMs): Tabs {
  const open = (name: string) => (typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name));
  const channel = open('hub');
  const alone = singleTab();
  return {
    elect(name, lead) {
      // Without Web Locks every tab would send; known edits get their first verdict again, so that costs only traffic.
      if (!('locks' in navigator)) return alone.elect(name, lead);
      const leaders = open(name);
      let current: AbortController | undefined;
      let leading: AbortController | undefined;
      let unanswered = 0;
      const stand = (steal = false) => {
        current?.abort();
        const mine = (current = new AbortController());
        const { signal } = mine;
        const untilDown = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        void navigator.locks
          // Who takes a lock does not wait for it, and so has nothing to give up.
          .request(name, steal ? { steal } : { signal }, () => {
            leading = mine;
            lead(signal);
            return untilDown;
          })
          .catch((error: unknown) => {
            // Giving up the wait for the lock is what stepping down means for a tab that never led.
            if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
            if (signal.aborted) return;
            // The lock went to another tab, as it does from one that was frozen: it leads now, and this one waits again.
            stand();
          });
      };
      leaders?.addEventListener('message', ({ data }) => {
        if (data === 'here') unanswered = 0;
        else if (leading === current) leaders.postMessage('here');
      });
      const asking = setInterval(() => {
        if (leading === current) return;
        unanswered += 1;
        if (unanswered <= unansweredMax) return leaders?.postMessage('there?');
        unanswered = 0;
        if (leaders !== undefined) stand(true);
      }, everyMs);
      stand();
      return () => {
        clearInterval(asking);
        leaders?.close();
        current?.abort();
      };
    },
    tell: (message) => channel?.postMessage(message),
    listen(listener) {
      const hear = (event: MessageEvent<TabMessage>) => listener(event.data);
      channel?.addEventListener('message', hear);
      return () => channel?.removeEventListener('message', hear);
    },
  };
}
