import { expect, test } from 'vitest';
import { statusOf, type StatusFacts } from './status.ts';

const facts: StatusFacts = {
  held: 0,
  trouble: undefined,
  isDamaged: false,
  unsent: 0,
  activity: { is: 'idle' },
  savedHere: 10,
  savedThere: 20,
};
const kindOf = (changed: Partial<StatusFacts>) => statusOf({ ...facts, ...changed }).kind;

test('«Saved to the Hub» is said only when the Hub has answered everything', () => {
  expect(statusOf(facts)).toEqual({ kind: 'saved-hub', unsent: 0, at: 20 });
  expect(statusOf({ ...facts, unsent: 2 })).toEqual({ kind: 'saved-device', unsent: 2, at: 10 });
});

test('nothing is called saved while a word is only in memory', () => {
  for (const activity of [
    { is: 'idle' },
    { is: 'sending' },
    { is: 'waiting', reason: 'offline' },
    { is: 'signed-out' },
  ] as const) {
    for (const unsent of [0, 3])
      expect(statusOf({ ...facts, held: 1, unsent, activity })).toMatchObject({ kind: 'saving', unsent: unsent + 1 });
  }
  expect(kindOf({ held: 1, trouble: 'storage-full' })).toBe('problem');
});

test('waiting words say what they wait for', () => {
  expect(statusOf({ ...facts, unsent: 1, activity: { is: 'waiting', reason: 'offline' } })).toMatchObject({
    kind: 'waiting',
    reason: 'offline',
  });
  expect(kindOf({ unsent: 1, activity: { is: 'signed-out' } })).toBe('signed-out');
  expect(statusOf({ ...facts, unsent: 1, activity: { is: 'stopped', reason: 'other-person' } })).toMatchObject({
    kind: 'problem',
    reason: 'other-person',
  });
});

test('without a line and with nothing unsent, all that was typed is still on the Hub', () => {
  expect(kindOf({ activity: { is: 'waiting', reason: 'offline' } })).toBe('saved-hub');
});
