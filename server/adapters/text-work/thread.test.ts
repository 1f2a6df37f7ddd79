import { afterEach, expect, test } from 'vitest';
import { textRule } from '#sync/rules/text.ts';
import { fragmentedText, longText, quadraticUpdate, typedInto } from '#tests/hub/hostile-text.ts';
import { workHere, type TextJob, type TextWork } from './text-work.ts';
import { workInThread, type TextLimits } from './thread.ts';

const works: TextWork[] = [];
afterEach(async () => {
  for (const work of works.splice(0)) await work.close();
});
function thread(limits?: TextLimits): TextWork {
  const work = workInThread(limits);
  works.push(work);
  return work;
}
const patient = { ms: 60_000, memoryMb: 256 };
const job = (state: Uint8Array, clientId: number, ...updates: Uint8Array[]): TextJob => ({
  states: [state],
  names: ['text'],
  updates: updates.map((update) => ({ text: 0, update, clientId })),
});
const small = (): TextJob => job(longText(1, 10), 9, ...typedInto(9, longText(1, 10), 3));

test('another thread gives the very steps that this one would', async () => {
  const state = fragmentedText(1, 2_000);
  const mixed = job(state, 9, ...typedInto(9, state, 20), Uint8Array.of(1, 2, 3), longText(8, 5));
  const steps = await thread(patient).run('mother', mixed);
  expect(steps).toEqual(await workHere(textRule).run('mother', mixed));
  expect(steps?.map((step) => ('reason' in step ? step.reason : 'merged')).slice(18)).toEqual([
    'merged',
    'merged',
    'text-not-allowed',
    'text-not-allowed',
  ]);
});

test('while bytes are worked at that take minutes, this thread goes on, and in the end they are refused', async () => {
  const work = thread({ ms: 3_000, memoryMb: 256 });
  let isOver = false;
  const hostile = work.run('stranger', job(longText(1, 40_000), 9, quadraticUpdate(9, 1, 6_500))).then((steps) => {
    isOver = true;
    return steps;
  });
  let turns = 0;
  while (!isOver && turns < 1_000_000) {
    await new Promise((next) => setImmediate(next));
    turns += 1;
  }
  expect(turns).toBeGreaterThan(100);
  expect(await hostile).toEqual([{ reason: 'too-large' }]);
  expect(await work.run('mother', small())).toHaveLength(3);
});

test('what was done before a limit was met counts, and what comes after it is left for the next time', async () => {
  const state = longText(1, 40_000);
  const good = typedInto(9, state, 2);
  const hostile = quadraticUpdate(8, 1, 6_500);
  const updates = [...good, hostile, ...good].map((update) => ({
    text: 0,
    update,
    clientId: update === hostile ? 8 : 9,
  }));
  const steps = await thread({ ms: 1_500, memoryMb: 256 }).run('stranger', {
    states: [state],
    names: ['text'],
    updates,
  });
  expect(steps?.map((step) => Object.keys(step))).toEqual([
    ['state', 'tree'],
    ['state', 'tree'],
  ]);
});

test('what needs more memory than is allowed is refused, and the next job finds a new thread', async () => {
  const work = thread({ ms: 60_000, memoryMb: 24 });
  const state = fragmentedText(1, 150_000);
  expect(await work.run('stranger', job(state, 9, ...typedInto(9, state, 1)))).toEqual([{ reason: 'too-large' }]);
  expect(await work.run('mother', small())).toHaveLength(3);
});

test('people take turns: whoever brings many jobs delays only their own, and is told when there are too many', async () => {
  const work = thread(patient);
  const order: string[] = [];
  const run = async (person: string) => order.push((await work.run(person, small())) === undefined ? 'no' : person);
  await Promise.all([...Array.from({ length: 12 }, () => run('stranger')), run('mother')]);
  // One is under way when she comes; then it is her turn.
  expect(order.filter((who) => who === 'no')).toHaveLength(3);
  expect(order.filter((who) => who !== 'no').indexOf('mother')).toBeLessThan(3);
});

test('a text in which something took long is known by its name from then on', async () => {
  const work = thread(patient);
  await work.run('mother', small());
  expect(work.slow.has('text')).toBe(false);
  await work.run('stranger', job(longText(1, 40_000), 9, quadraticUpdate(9, 1, 3_000)));
  expect(work.slow.has('text')).toBe(true);
});
