import { expect, test } from 'vitest';
import { code, filesUnder, read } from './sources.ts';

const lines = filesUnder('.', code).flatMap((path) =>
  read(path)
    .split('\n')
    .map((text, at) => ({ at: `${path}:${at + 1}`, text })),
);
/** Put together here, so that this file does not find itself. */
const suppression = new RegExp(
  ['eslint-dis' + 'able', '@ts-expect-' + 'error', 'svelte-' + 'ignore', 'prettier-' + 'ignore'].join('|'),
);
const forbidden = new RegExp(['@ts-' + 'ignore', '@ts-no' + 'check'].join('|'));
const later = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);

test('where a check is silenced, the same line or the comment above it says why', () => {
  const silent = lines.filter(
    ({ text }, at) => suppression.test(text) && !isExplained(text, lines[at - 1]?.text ?? ''),
  );
  expect(lines.length).toBeGreaterThan(1000);
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('no check is switched off for good, and nothing is put off by a note', () => {
  expect(lines.filter(({ text }) => forbidden.test(text) || later.test(text)).map(({ at }) => at)).toEqual([]);
});

function isExplained(text: string, above: string): boolean {
  const isCommentAbove = /^\s*(\/\/|\*|\/\*\*|<!--)\s*\S.{15,}/.test(above) && !suppression.test(above);
  return isCommentAbove || /(--|—|\() ?\S.{12,}/.test(text.split(suppression)[1] ?? '');
}
