import { expect, test } from 'vitest';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import { choicesOf } from './area-list.ts';

const setting = (id: string, name: string, address: AreaSetting['address']): AreaSetting => ({
  id,
  name,
  kind: 'school',
  type: '1',
  address,
});

test('settings of one name are told apart by their place, and in one place by their postcode', () => {
  const settings = [
    setting('a', 'St Mary’s Primary School', { town: 'Wexcombe', postcode: 'HW1 1AA' }),
    setting('b', 'St Mary’s Primary School', { town: 'Thornley', postcode: 'HW7 1AA' }),
    setting('c', 'St Mary’s Primary School', { town: 'Thornley', postcode: 'HW7 9AB' }),
    setting('d', 'Orchard House School', null),
  ];
  const choices = choicesOf(settings, 'a');
  expect([...choices.values()]).toEqual([
    'St Mary’s Primary School, Wexcombe',
    'St Mary’s Primary School, Thornley, HW7 1AA',
    'St Mary’s Primary School, Thornley, HW7 9AB',
    'Orchard House School',
  ]);
});

test('a setting that left the list stays the answer', () => {
  const choices = choicesOf([setting('d', 'Orchard House School', null)], 'gone');
  expect([...choices]).toEqual([
    ['d', 'Orchard House School'],
    ['gone', 'A setting that is no longer in the list'],
  ]);
});
