import { expect, test } from 'vitest';
import { isEmptyTree, linesOfTree } from './tree-lines.ts';

test('lists keep their signs when rich text is copied as plain lines', () => {
  const item = (text: string) => [{ type: 'paragraph' as const, runs: [{ text }] }];
  expect(
    linesOfTree([
      { type: 'numbers', items: [item('one'), item('two')] },
      { type: 'bullets', items: [item('three')] },
    ]),
  ).toEqual(['1. one', '2. two', '• three']);
});

test('a text of empty paragraphs and empty entries is no answer', () => {
  expect(
    isEmptyTree([
      { type: 'paragraph', runs: [] },
      { type: 'bullets', items: [[{ type: 'paragraph', runs: [] }]] },
    ]),
  ).toBe(true);
  expect(isEmptyTree([{ type: 'paragraph', runs: [{ text: '0' }] }])).toBe(false);
});
