import { expect, test } from 'vitest';
import { breaksOf } from './breaks.ts';

test.each([
  ['words and hyphens', 'a quiet-room, 24-hour', 'a |quiet-|room, |24-|hour'],
  ['case numbers and signs stay whole', 'EHC/26/0001 is -5', 'EHC/26/0001 |is |-5'],
  ['a no-break space holds', '5\u00a0July now', '5\u00a0July |now'],
  ['Chinese between characters, but not before a comma or after a bracket', '女儿（八岁），画', '女|儿|（八|岁），|画'],
  ['spaces stay at the end of the line', 'a   b', 'a   |b'],
])('%s', (_, text, expected) => {
  const breaks = breaksOf(text);
  expect(breaks.map((end, index) => text.slice(breaks[index - 1] ?? 0, end)).join('|')).toBe(expected);
});
