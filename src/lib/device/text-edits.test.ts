import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { base64OfBytes, bytesOfBase64 } from '#sync/model/base64.ts';
import type { DocumentId, Holder } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { Change, TextChange } from '#sync/protocol/changes.ts';
import { textFragment, textRule } from '#sync/rules/text.ts';
import { foldReply } from './fold-reply.ts';
import { openDocument, type HeldDocument } from './open-document.ts';
import { readOutbox } from './outbox.ts';
import { stepAside } from './take-answers.ts';
import { testAccount, testDevice, type TestAccount } from './testing/device.ts';
import { documentOf, scriptedHub, sectionChange } from './testing/scripted-hub.ts';

const doc = 'document-0000001' as DocumentId;
const holder = 'views' as Holder;
const field = 'working';

/** Somebody else wrote in the text before. */
function textOf(words: string): TextChange {
  const text = new Y.Doc();
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(words)]);
  text.getXmlFragment(textFragment).insert(0, [paragraph]);
  const state = Y.encodeStateAsUpdate(text);
  return {
    ...{ t: 'text', doc, section: 'views', holder, field, ver: 1, at: 1 },
    by: { id: 'person-000000099', name: 'Someone', role: 'parent' },
    ...{ state: base64OfBytes(state), tree: textRule.treeOf(state) },
  } as unknown as TextChange;
}
async function opened(standing?: TextChange): Promise<TestAccount & { document: HeldDocument }> {
  const one = await testAccount(testDevice(scriptedHub().fetch));
  const changes: Change[] = [
    documentOf(doc),
    { ...sectionChange(doc, 1), section: 'views' } as Change,
    ...(standing === undefined ? [] : [standing]),
  ];
  const frame = { from: null, to: '0000000000000000000001', changes, more: false };
  await foldReply(one.account, { verdicts: [], commands: [], wanted: [], frame });
  return { ...one, document: await reopen(one) };
}
async function reopen({ account }: Pick<TestAccount, 'account'>): Promise<HeldDocument> {
  const result = await openDocument(account, doc);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
/** An editor: each key is an update of its own, written at once. */
function editor(document: HeldDocument) {
  const text = new Y.Doc();
  text.clientID = clientIdOfPen(document.pen);
  const { state } = document.text(holder, field);
  if (state !== undefined) Y.applyUpdate(text, state);
  const saves: Promise<unknown>[] = [];
  text.on('update', (update: Uint8Array) =>
    saves.push(document.write({ kind: 'text', holder, field, value: base64OfBytes(update) })),
  );
  const fragment = text.getXmlFragment(textFragment);
  if (fragment.length === 0)
    text.transact(() => {
      const paragraph = new Y.XmlElement('paragraph');
      fragment.insert(0, [paragraph]);
      paragraph.insert(0, [new Y.XmlText()]);
    });
  const letters = (fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText;
  return { letters, saved: () => Promise.all(saves) };
}
const lineIn = (document: HeldDocument) => document.text(holder, field).tree;

afterEach(() => vi.restoreAllMocks());

test('text updates are merged while they wait, up to four kilobytes, and every letter is kept', async () => {
  const one = await opened();
  const { letters, saved } = editor(one.document);
  for (let at = 0; at < 40; at += 1) letters.insert(letters.length, `word${at} `.repeat(30));
  await saved();
  const { edits } = await readOutbox(one.account.store);
  expect(edits.length).toBeGreaterThan(1);
  expect(edits.length).toBeLessThan(10);
  for (const { value } of edits) expect(bytesOfBase64(value.edit.value)?.length).toBeLessThanOrEqual(4 * 1024);
  const tree = [{ type: 'paragraph', runs: [{ text: letters.toString() }] }];
  expect(lineIn(one.document)).toEqual(tree);
  // Opened again, the words stand in their text from the first moment, though nobody has woken the text rule.
  expect(lineIn(await reopen(one))).toEqual(tree);
});

test('a text that was read before shows each word that is typed after it, and others’ when they come', async () => {
  const one = await opened(textOf('Theirs'));
  const { letters, saved } = editor(one.document);
  const before = one.document.text(holder, field);
  expect(one.document.text(holder, field)).toBe(before);
  letters.insert(6, ' mine');
  await saved();
  expect(lineIn(one.document)).toEqual([{ type: 'paragraph', runs: [{ text: 'Theirs mine' }] }]);
  letters.insert(11, ' too');
  await saved();
  expect(lineIn(one.document)).toEqual([{ type: 'paragraph', runs: [{ text: 'Theirs mine too' }] }]);
  const frame = { from: '0000000000000000000001', to: '0000000000000000000002', more: false };
  const changed = { ...textOf('Theirs, longer'), ver: 2 } as TextChange;
  await foldReply(one.account, { verdicts: [], commands: [], wanted: [], frame: { ...frame, changes: [changed] } });
  await vi.waitFor(() => expect(JSON.stringify(lineIn(one.document))).toContain('Theirs, longer'));
});

test('what is sealed at a key does not grow with the text', async () => {
  const sizes: number[][] = [];
  for (const kilobytes of [1, 500]) {
    const one = await opened(textOf('word '.repeat(kilobytes * 205)));
    const { letters, saved } = editor(one.document);
    letters.insert(letters.length, 'a');
    await saved();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    letters.insert(letters.length, 'b');
    await saved();
    sizes.push(put.mock.calls.map(([row]) => (row as { s: { ct: Uint8Array } }).s.ct.byteLength));
    put.mockRestore();
  }
  const [small = [], large = []] = sizes;
  expect(small.length).toBeGreaterThan(0);
  expect(large.length).toBe(small.length);
  const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
  expect(sum(small)).toBeLessThan(2_048);
  // A place far back in a text is a larger number.
  expect(sum(large)).toBeLessThan(sum(small) + 64);
});

test('of a text, one’s own words alone are kept for whoever cannot see it any more', async () => {
  const one = await opened(textOf('Theirs'));
  const { letters, saved } = editor(one.document);
  letters.insert(3, ' my words ');
  letters.insert(letters.length, ' and more');
  await saved();
  expect(lineIn(one.document)).toEqual([{ type: 'paragraph', runs: [{ text: 'The my words irs and more' }] }]);
  expect(await one.document.waitingWords()).toMatchObject([{ holder, field, value: ' my words \n and more' }]);

  const [row] = (await readOutbox(one.account.store)).edits;
  await stepAside(one.account, row?.key ?? '', { is: 'refused', ver: 0, reason: 'too-large' });
  const document = await reopen(one);
  expect(document.mine()).toMatchObject([{ what: 'refused', value: ' my words \n and more', isHere: true }]);
  expect(JSON.stringify(document.mine())).not.toContain('The');
  expect(lineIn(document)).toEqual([{ type: 'paragraph', runs: [{ text: 'Theirs' }] }]);
});
