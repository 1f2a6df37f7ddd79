import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { request } from '#sync/forms/request/index.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { folderFiles } from '#server/adapters/files/folder.ts';
import { attachmentById } from '#server/storage/attachments.ts';
import {
  edit,
  newId,
  newPen,
  openTestHub,
  run,
  set,
  typed,
  type TestDevice,
  type TestHub,
} from '#tests/hub/sync-hub.ts';
import { verifyAudit } from './audit.ts';
import { emptyBin } from './empty-bin.ts';

const day = 24 * 60 * 60_000;
const canary = 'Quillfeather';
let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
let folder: string;
let files: ReturnType<typeof folderFiles>;
const file = Buffer.from(`%PDF-1.7 ${canary}`);
const fileId = newId<string>();

beforeEach(async () => {
  hub = await openTestHub(request);
  folder = mkdtempSync(join(tmpdir(), 'hub-bin-'));
  files = folderFiles(folder, Buffer.alloc(32, 7), (count) => new Uint8Array(count).fill(3));
  senco = await (await hub.person('senco')).device();
  parent = await (await hub.person('parent', `${canary.toLowerCase()}@hub.example`)).device();
  doc = await senco.start();
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

/** Words on every road that words can take. */
async function fill(): Promise<void> {
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  const pen = newPen();
  const contact = newId<string>();
  await senco.write(
    run(doc, pen, [
      set(1, 'middle_names', canary),
      edit(2, 'text', 'views', 'working', typed(pen, canary)),
      edit(3, 'add', 'contacts', 'contacts', { item: contact, order: 'a0' }),
      edit(4, 'set', contact, 'full_name', canary),
    ]),
  );
  const other = newPen();
  await parent.write(run(doc, other, [edit(1, 'text', 'views', 'working', typed(other, `more of ${canary}`))]));
  await senco.command('add-file', doc, {
    ...{ id: fileId, section: 'documents', name: `${canary}.pdf`, type: 'application/pdf', sizeBytes: file.length },
    ...{ hash: createHash('sha256').update(file).digest('base64url'), category: 'report-ep' },
  });
  await files.append(await storedAs(), bytes());
}
async function* bytes() {
  yield await Promise.resolve(file);
}
const storedAs = async () => (await attachmentById(hub.sync.storage.db, fileId))?.stored_as ?? '';

/** Every table and column there is, whoever adds one. */
async function placesOf(word: string): Promise<string[]> {
  const { db } = hub.sync.storage;
  const { rows: tables } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db);
  expect(tables.length).toBeGreaterThan(25);
  const places: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
      const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
      const inside = /^[A-Za-z0-9+/=]{16,}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
      if (`${text} ${inside}`.includes(word) && !places.includes(`${name}.${column}`)) places.push(`${name}.${column}`);
    }
  }
  return places.sort();
}

test('thirty days after a draft was deleted its words are gone from every table, from the file and from the disk', async () => {
  await fill();
  expect((await placesOf(canary)).length).toBeGreaterThan(5);
  await senco.command('delete-draft', doc);
  const late = newPen();
  await parent.write(run(doc, late, [set(1, 'middle_names', `late ${canary}`)]));
  await parent.pullAll();
  expect(await placesOf(canary)).toContain('mine.value');

  hub.clock.now += 29 * day;
  const before = await placesOf(canary);
  await emptyBin(hub.sync, files);
  expect(await placesOf(canary)).toEqual(before);
  expect(await files.length(await storedAs())).toBe(file.length);

  hub.clock.now += 2 * day;
  await emptyBin(hub.sync, files);
  expect(await placesOf(canary)).toEqual([]);
  expect(await files.length(await storedAs())).toBe(0);
  await hub.sync.storage.write(() => Promise.resolve());
  await hub.restart();
  expect(readFileSync(join(dirname(hub.file), 'hub.db')).includes(canary)).toBe(false);

  // Ids, hashes and the audit stay, and whoever brought late words is told that they are gone.
  expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true });
  const row = await hub.sync.storage.db.selectFrom('document').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ id: doc, stage: 'purged' });
  expect(await parent.pullAll()).toContainEqual(expect.objectContaining({ t: 'mine', doc, done: true }));
  expect((await senco.pullAll([doc])).filter(({ t }) => t !== 'mine')).toEqual([{ t: 'gone', doc }]);
});

test('what comes for it after that is kept for its author for as long, and is no way back to the draft', async () => {
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  await senco.command('delete-draft', doc);
  hub.clock.now += 31 * day;
  await emptyBin(hub.sync, files);
  const pen = newPen();
  expect(await parent.write(run(doc, pen, [set(1, 'middle_names', canary)]))).toEqual([
    [pen, 1, 'parked', 0, 'document-deleted'],
  ]);
  hub.clock.now += 29 * day;
  await emptyBin(hub.sync, files);
  expect(await placesOf(canary)).toContain('mine.value');
  hub.clock.now += 2 * day;
  await emptyBin(hub.sync, files);
  expect(await placesOf(canary)).toEqual([]);
  expect((await senco.write(run(doc, newPen(), [set(1, 'middle_names', 'x')])))[0]?.slice(2)).toEqual([
    'parked',
    0,
    'document-deleted',
  ]);
});

test('a draft that nobody deleted, and a request that was sent, keep every word', async () => {
  await fill();
  hub.clock.now += 400 * day;
  const before = await placesOf(canary);
  await emptyBin(hub.sync, files);
  await hub.sync.storage.write((tx) => tx.updateTable('document').set({ stage: 'received' }).execute());
  await emptyBin(hub.sync, files);
  expect(await placesOf(canary)).toEqual(before);
  expect(await files.length(await storedAs())).toBe(file.length);
});
