import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { base64OfBytes, bytesOfBase64 } from '#sync/model/base64.ts';
import { textRule, textUpdateBytesMax } from '#sync/rules/text.ts';
import { splitUpdate } from './split-update.ts';

function paste(paragraphs: readonly string[]): { before: Uint8Array; update: Uint8Array; client: number } {
  const document = new Y.Doc();
  document.clientID = 77;
  const fragment = document.getXmlFragment('text');
  const insert = (words: string, at: number) => {
    const paragraph = new Y.XmlElement('paragraph');
    const letters = new Y.XmlText();
    fragment.insert(at, [paragraph]);
    paragraph.insert(0, [letters]);
    letters.insert(0, words, words.length % 2 === 0 ? { bold: {} } : {});
  };
  insert('what stood before', 0);
  const before = Y.encodeStateAsUpdate(document);
  const known = Y.encodeStateVector(document);
  document.transact(() => {
    fragment.delete(0, 1);
    paragraphs.forEach(insert);
  });
  return { before, update: Y.encodeStateAsUpdate(document, known), client: 77 };
}

test.each([
  ['one long paragraph', ['many words '.repeat(20_000)]],
  ['one long paragraph of letters in two halves', ['😀'.repeat(60_001)]],
  ['many paragraphs', [...Array(700).keys()].map((at) => `Paragraph ${at} ${'with some words '.repeat(8)}`)],
])('a paste of %s becomes pieces that the Hub takes one by one, and not a letter is lost', async (_, paragraphs) => {
  const { before, update, client } = paste(paragraphs);
  const pieces = await splitUpdate(base64OfBytes(update), [before]);
  expect(pieces?.length).toBeGreaterThan(1);
  let state = textRule.merge(textRule.empty(), before).state;
  for (const piece of pieces ?? []) {
    const bytes = bytesOfBase64(piece) ?? new Uint8Array();
    expect(bytes.length).toBeLessThanOrEqual(textUpdateBytesMax);
    expect(textRule.check(state, bytes, client)).toBeUndefined();
    ({ state } = textRule.merge(state, bytes));
  }
  const tree = textRule.treeOf(state);
  expect(tree).toEqual(textRule.merge(before, update).tree);
  expect(tree.map((block) => (block.type === 'paragraph' ? block.runs.map(({ text }) => text).join('') : ''))).toEqual(
    paragraphs,
  );
});

test('what is short enough stays whole', async () => {
  const { before, update } = paste(['a few words']);
  expect(await splitUpdate(base64OfBytes(update), [before])).toBeUndefined();
});
