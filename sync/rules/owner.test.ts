import { expect, test } from 'vitest';
import { owner } from './owner.ts';

test('only those whom the words belong to write in them, and anyone else keeps theirs with a reason', () => {
  expect(owner.admit({ mayWrite: true })).toBeUndefined();
  expect(owner.admit({ mayWrite: false })).toEqual({ is: 'refused', reason: 'not-yours' });
});
