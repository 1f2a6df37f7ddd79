/**
 * The whole way back: real devices before a real server whose database file was copied back by hand while it was
 * stopped. Whatever they had been told was accepted is there again, once.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { OpenDocument } from '#lib/device/hub.ts';
import type { Json } from '#sync/model/edit.ts';
import type { Holder, SectionKey } from '#sync/model/ids.ts';
import { textFragment } from '#sync/rules/text.ts';
import { people } from '#tests/people/index.ts';
import { runningHub, type RunningHub } from '#tests/people/running-hub.ts';
import { realDevice, type RealDevice } from './real-devices.ts';

let hub: RunningHub;
const devices: RealDevice[] = [];
const signedIn = async (...asked: Parameters<typeof realDevice>) => {
  const device = await realDevice(...asked);
  devices.push(device);
  return device;
};
beforeEach(async () => {
  hub = runningHub();
  await hub.start();
});
afterEach(async () => {
  for (const device of devices.splice(0)) await device.stop();
  await hub.dispose();
});

const file = () => join(hub.folder, 'hub.db');
async function copyByHand(): Promise<void> {
  await hub.end();
  copyFileSync(file(), `${file()}.copy`);
  await hub.start();
}
/** As somebody does it who knows of nothing else than the file. */
async function putBackByHand(): Promise<void> {
  await hub.end('SIGKILL');
  for (const end of ['-wal', '-shm']) rmSync(file() + end, { force: true });
  copyFileSync(`${file()}.copy`, file());
  await hub.start();
}
function rows(sql: string, ...parameters: string[]): Record<string, unknown>[] {
  const database = new Database(file(), { readonly: true });
  try {
    return database.prepare(sql).all(...parameters) as Record<string, unknown>[];
  } finally {
    database.close();
  }
}
const valueOf = (doc: string, field: string) =>
  rows('SELECT value FROM field WHERE document_id = ? AND field = ?', doc, field)[0]?.value;

/** What a person types behind what stands in a text. */
async function type(document: OpenDocument, holder: Holder, field: string, words: string): Promise<void> {
  const yjs = new Y.Doc();
  yjs.clientID = document.clientId;
  const { state, updates } = document.text(holder, field);
  for (const update of [...(state === undefined ? [] : [state]), ...updates]) Y.applyUpdate(yjs, update);
  const before = Y.encodeStateVector(yjs);
  const fragment = yjs.getXmlFragment(textFragment);
  if (fragment.length === 0) {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(words)]);
    fragment.insert(0, [paragraph]);
  } else {
    const text = (fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.insert(text.length, words);
  }
  const value: Json = base64OfBytes(Y.encodeStateAsUpdate(yjs, before));
  const saved = await document.write({ kind: 'text', holder, field, value });
  if (!saved.ok) throw new Error(saved.reason);
}
const textIn = (document: OpenDocument, holder: Holder, field: string) =>
  JSON.stringify(document.text(holder, field).tree);

test('a draft, its answers and texts of two people come back in any order, also where one wrote into the other’s words', async () => {
  const senco = await signedIn(hub, 'sarah');
  const parent = await signedIn(hub, 'agnieszka');
  const draft = await senco.start();
  await senco.set(draft, 'first_name', 'Robin');
  await senco.command(draft, 'share', { email: people.agnieszka.email, access: 'edit' });
  await senco.synced();
  await copyByHand();
  const views = 'consent' as SectionKey;
  const text = 'consent_limits';
  await type(draft, views, text, 'One ');
  await senco.set(draft, 'last_name', 'Example');
  await senco.synced();
  const shared = await parent.open(draft.id);
  await type(shared, views, text, 'Two ');
  await parent.set(shared, 'preferred_name', 'Rob');
  await parent.synced();
  const other = await senco.start();
  await senco.set(other, 'first_name', 'Zofia');
  await senco.synced();
  expect(valueOf(draft.id, 'preferred_name')).toBe('"Rob"');

  await putBackByHand();
  expect(valueOf(draft.id, 'preferred_name')).toBeUndefined();
  expect(rows('SELECT id FROM document WHERE id = ?', other.id)).toEqual([]);
  // Whose words stand in the other's comes first.
  await parent.synced();
  await senco.synced();
  await parent.synced();
  await senco.synced();
  expect(valueOf(draft.id, 'last_name')).toBe('"Example"');
  expect(valueOf(draft.id, 'preferred_name')).toBe('"Rob"');
  expect(valueOf(other.id, 'first_name')).toBe('"Zofia"');
  const logged = rows('SELECT pen, n_first FROM log WHERE trial = 0').map((row) => JSON.stringify(row));
  expect(new Set(logged).size).toBe(logged.length);
  for (const device of [senco, parent]) {
    const here = await device.open(draft.id);
    await device.until(() => Promise.resolve(textIn(here, views, text).includes('One Two ')), 'the whole text is here');
    expect(here.value('child' as SectionKey, 'preferred_name').value).toBe('Rob');
    expect(here.mine()).toEqual([]);
  }
}, 120_000);

test('a request that was sent keeps its number and date, goes by letter once, and stays closed to whom it was taken from', async () => {
  const sarah = await signedIn(hub, 'sarah');
  const colleague = await signedIn(hub, 'agnieszka');
  const draft = await sarah.start();
  const answers: [holder: string, field: string, value: string][] = [
    ['consent', 'consent_given', 'yes'],
    ...[
      ['by_young_person', 'no'],
      ['req_name', 'Sarah Delaney'],
      ['req_relationship', 'Mother'],
    ].map(([field = '', value = '']): [string, string, string] => ['requester', field, value]),
    ['requester', 'req_email', people.sarah.email],
    ['requester', 'req_phone', people.sarah.phone],
    ...[
      ['first_name', 'Idris'],
      ['last_name', 'Rahman'],
      ['dob', '2009-05-02'],
      ['gender', 'male'],
    ].map(([field = '', value = '']): [string, string, string] => ['child', field, value]),
  ];
  for (const [holder, field, value] of answers) await sarah.set(draft, field, value, holder);
  await sarah.synced();
  await copyByHand();
  await sarah.command(draft, 'share', { email: people.agnieszka.email, access: 'edit' });
  await sarah.synced();
  const shared = await colleague.open(draft.id);
  await colleague.set(shared, 'preferred_name', 'Dri');
  await colleague.synced();
  const hers = await sarah.open(draft.id);
  await sarah.synced();
  // Nothing is sent over words that its sender has not seen.
  const isSeen = () => hers.value('child' as SectionKey, 'preferred_name').value === 'Dri';
  await sarah.until(() => Promise.resolve(isSeen()), 'the other’s words are on her screen');
  await sarah.command(hers, 'submit');
  await sarah.command(draft, 'unshare', { person: colleague.account.owner.person });
  await sarah.synced();
  const facts = () =>
    rows('SELECT stage, case_number, received_on, submitted_at FROM document WHERE id = ?', draft.id)[0];
  const before = facts();
  expect(before?.stage).toBe('received');
  // Wait for the letters: what was not sent yet would rightly go afterwards.
  await sarah.until(
    () => Promise.resolve(rows("SELECT id FROM message WHERE state <> 'sent'").length === 0),
    'the letters went',
  );

  await putBackByHand();
  expect(facts()?.stage).toBe('draft');
  const letters = () => rows("SELECT id, subject FROM delivered WHERE channel = 'email'");
  const delivered = letters();
  await colleague.synced();
  await sarah.synced();
  await colleague.synced();
  await sarah.synced();
  expect(facts()).toEqual(before);
  await sarah.until(
    () => Promise.resolve(rows("SELECT id FROM message WHERE state <> 'sent'").length === 0),
    'nothing waits to be sent',
  );
  // The copy holds none of the letters that went since, so every one more would have gone a second time.
  expect(letters()).toEqual(delivered);
  expect(shared.isGone()).toBe(true);
  expect(valueOf(draft.id, 'preferred_name')).toBe('"Dri"');
}, 120_000);
