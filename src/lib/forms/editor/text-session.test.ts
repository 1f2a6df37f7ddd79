import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { DocumentView } from '#lib/screen/document-view.ts';
import { bytesOfBase64 } from '#sync/model/base64.ts';
import type { Holder } from '#sync/model/ids.ts';
import { textRule } from '#sync/rules/text.ts';
import { textSession } from './text-session.ts';

const holder = 'views' as Holder;
const clientId = 4_711;

/** A document that keeps one text, as the device store does. */
function keptText() {
  const updates: Uint8Array[] = [];
  const document = {
    clientId,
    text: () => ({ tree: [], state: undefined, updates, ver: 0, isUnsent: updates.length > 0 }),
    write: ({ value }: { value: unknown }) => {
      updates.push(bytesOfBase64(value) ?? new Uint8Array());
      return Promise.resolve({ ok: true, value: undefined });
    },
    typing: () => undefined,
    subscribe: () => () => undefined,
  };
  return { updates, document: document as unknown as DocumentView };
}

function type(session: ReturnType<typeof textSession>, words: string): Promise<void> {
  const [paragraph = new Y.XmlElement('paragraph')] = session.fragment.toArray() as Y.XmlElement[];
  if (paragraph.parent === null) session.fragment.push([paragraph]);
  const [text = new Y.XmlText()] = paragraph.toArray() as Y.XmlText[];
  if (text.parent === null) paragraph.push([text]);
  text.insert(text.length, words);
  return session.pace.flush();
}

test('a form that is opened again under one pen goes on under the client id of that pen', async () => {
  const { updates, document } = keptText();
  const first = textSession(document, holder, 'working');
  await type(first, 'Before, ');
  first.close();
  const second = textSession(document, holder, 'working');
  await type(second, 'and after.');
  let state = textRule.empty();
  for (const update of updates) {
    expect(textRule.check(state, update, clientId)).toBeUndefined();
    ({ state } = textRule.merge(state, update));
  }
  expect(textRule.treeOf(state)).toEqual([{ type: 'paragraph', runs: [{ text: 'Before, and after.' }] }]);
  expect(updates.length).toBeGreaterThan(1);
  second.close();
});
