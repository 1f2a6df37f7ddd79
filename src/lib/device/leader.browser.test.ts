import { expect, test } from 'vitest';
import { browserTabs } from './leader.ts';

/** Who leads, in the order of their coming; whoever lost it is taken out. */
function standing(name: string, leading: string[], who: string, everyMs?: number, onLead = () => {}): () => void {
  return browserTabs(everyMs).elect(name, (lost) => {
    leading.push(who);
    onLead();
    lost.addEventListener('abort', () => leading.splice(leading.indexOf(who), 1));
  });
}
const soon = { timeout: 5_000, interval: 10 };

test('one tab leads; when it steps down the next one does', async () => {
  const leading: string[] = [];
  const name = `hub-sync-${crypto.randomUUID()}`;
  const downs = ['first', 'second', 'third'].map((who) => standing(name, leading, who));
  await expect.poll(() => leading, soon).toEqual(['first']);
  downs[0]!();
  await expect.poll(() => leading, soon).toEqual(['second']);
  // One that never led may go as well, and nobody notices.
  downs[2]!();
  downs[1]!();
  await expect.poll(() => leading, soon).toEqual([]);
});

test('a tab whose lead was taken while it was frozen stops at once when it wakes, and leads again in its turn', async () => {
  const leading: string[] = [];
  const name = `hub-sync-${crypto.randomUUID()}`;
  const down = standing(name, leading, 'frozen');
  await expect.poll(() => leading, soon).toEqual(['frozen']);
  let giveBack: (() => void) | undefined;
  void navigator.locks.request(name, { steal: true }, () => new Promise<void>((resolve) => (giveBack = resolve)));
  await expect.poll(() => leading, soon).toEqual([]);
  giveBack?.();
  await expect.poll(() => leading, soon).toEqual(['frozen']);
  down();
  await expect.poll(() => leading, soon).toEqual([]);
});

/** Holds the lock as a frozen page does: it answers nobody, and nothing of it runs. */
const frozen = (name: string) => {
  const script = `navigator.locks.request(${JSON.stringify(name)}, () => { postMessage('leads'); return new Promise(() => {}); })
    .catch(({ name }) => postMessage(name));`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
  const said: string[] = [];
  worker.addEventListener('message', ({ data }) => said.push(data as string));
  return { said, end: () => worker.terminate() };
};

test('the lead is taken from a tab that holds it and answers nothing, by one of those who wait', async () => {
  const name = `hub-sync-${crypto.randomUUID()}`;
  const leader = frozen(name);
  await expect.poll(() => leader.said, soon).toEqual(['leads']);
  const leading: string[] = [];
  const downs = ['second', 'third'].map((who) => standing(name, leading, who, 50));
  await expect.poll(() => leader.said, soon).toEqual(['leads', 'AbortError']);
  await expect.poll(() => leading.length, soon).toBe(1);
  leader.end();
  for (const down of downs) down();
  await expect.poll(() => leading, soon).toEqual([]);
});

test('a leader that answers keeps the lead, however long others wait', async () => {
  const name = `hub-sync-${crypto.randomUUID()}`;
  const leading: string[] = [];
  let changes = 0;
  const downs = ['first', 'second', 'third'].map((who) => standing(name, leading, who, 20, () => (changes += 1)));
  await expect.poll(() => leading, soon).toEqual(['first']);
  await new Promise((later) => setTimeout(later, 1_000));
  expect([leading, changes]).toEqual([['first'], 1]);
  for (const down of downs) down();
});
