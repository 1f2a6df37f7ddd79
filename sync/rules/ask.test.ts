import { expect, test } from 'vitest';
import type { DeviceId, PenId, PersonId } from '../model/ids.ts';
import { sameJson } from '../field-types/scalar.ts';
import { ask } from './ask.ts';
import { ruleLaws } from './laws.ts';

ruleLaws(ask);

test('two different dates of birth are never chosen between silently', () => {
  const side = (device: string, value: string, stamp: number) => ({
    device: device as DeviceId,
    person: 'p' as PersonId,
    pen: 'q' as PenId,
    n: 1,
    value,
    stamp,
    ver: 1,
  });
  expect(ask.merge('2014-01-01', [side('a', '2015-03-27', 1), side('b', '2015-03-28', 9)], sameJson)).toEqual({
    value: '2014-01-01',
    open: true,
  });
});
