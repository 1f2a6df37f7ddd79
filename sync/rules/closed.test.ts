import { expect, test } from 'vitest';
import { closed } from './closed.ts';
import { gateOf } from './index.ts';

test('words that come after the door closed are parked, with the reason why', () => {
  for (const reason of ['section-closed', 'access-ended', 'document-deleted'] as const) {
    expect(closed.admit({ mayWrite: false, closed: reason })).toEqual({ is: 'parked', reason });
  }
  expect(closed.admit({ mayWrite: true })).toBeUndefined();
});

test('someone who could write before the door closed is parked, never refused', () => {
  expect(gateOf({ mayWrite: false, closed: 'section-closed' })).toEqual({ is: 'parked', reason: 'section-closed' });
  expect(gateOf({ mayWrite: false })).toEqual({ is: 'refused', reason: 'not-yours' });
});
