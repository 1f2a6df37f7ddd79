import { expect, test } from 'vitest';
import { belowFloor, print, runMany } from './many.ts';
import { replayFound } from './shrink.ts';

/** Longer runs are the same test with a larger number: `npm run simulate -- --seeds 20000`. */
const seeds = 2_000;

test(
  'whatever line, server and devices do, no word that was called saved is lost, doubled or shown to someone who may not see it',
  { timeout: 30 * 60_000 },
  async () => {
    expect((await replayFound()).filter(({ saw }) => saw !== undefined)).toEqual([]);
    const result = await runMany(1, seeds);
    print(result);
    expect(result.failures).toEqual([]);
    expect(result.seeds).toBe(seeds);
    expect(result.steps / result.seeds).toBeGreaterThanOrEqual(60);
    expect(belowFloor(result)).toEqual([]);
  },
);

test('one seed played twice is the same to the byte', { timeout: 5 * 60_000 }, async () => {
  const result = await runMany(1, 6, { isTwice: true });
  expect(result.failures).toEqual([]);
});
