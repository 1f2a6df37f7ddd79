import { expect, test } from 'vitest';
import { lookForSkippedRows } from './planted.ts';

const limit = { timeout: 120_000 };

test('a device that follows while several servers commit is told of every change', limit, async () => {
  const followed = await lookForSkippedRows(undefined, { runsMax: 1 });
  expect(followed.skipped).toBe(0);
  expect(followed.commits).toBeGreaterThan(100);
  // It looked in between, many times: whoever looks once at the end cannot be passed by.
  expect(followed.looks).toBeGreaterThan(10);
});

test('a sequence that is taken early is seen by the rows that a cursor passes over', limit, async () => {
  const { skipped, runs } = await lookForSkippedRows('sequence-early.patch', { runsMax: 20 });
  console.info(`planted sequence-early: seen after ${String(runs)} runs`);
  expect(skipped).toBeGreaterThan(0);
});
