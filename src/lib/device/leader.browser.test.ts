import { expect, test } from 'vitest';
import { browserTabs } from './leader.ts';

/** Who leads, in the order of their coming; whoever lost it is taken out. */
function standing(name: string, leading: string[], who: string): () => void {
  return browserTabs().elect(name, (lost) => {
    leading.push(who);
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
