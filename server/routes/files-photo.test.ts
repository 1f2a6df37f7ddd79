import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileWork } from '#server/adapters/file-work/file-work.ts';
import { openAttachments } from '#server/services/attachments.ts';
import { emptyBin } from '#server/services/empty-bin.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { declare, filesClient, type FilesClient } from '#tests/hub/files-client.ts';
import { photo } from '#tests/hub/pictures.ts';
import { people } from '#tests/people/index.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

let hub: TestHub;
let mother: FilesClient;
let father: FilesClient;
let doc: DocumentId;
let first: string;
beforeEach(async () => {
  hub = await openTestHub();
  mother = await filesClient(hub, 'agnieszka');
  doc = await mother.start();
  await mother.command('share', doc, { email: people.marek.email, access: 'edit' });
  father = await filesClient(hub, 'marek');
  first = await upload(mother, await photo());
});
afterEach(async () => {
  await hub.sync.fileWork.close();
  await hub.close();
});

const ofChild = { section: 'child-photo', name: 'zofia.jpg', type: 'image/jpeg', category: 'photo-video' };
async function upload(client: FilesClient, bytes: Uint8Array): Promise<string> {
  const file = declare(bytes, { datedOn: undefined, ...ofChild });
  expect(await client.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
  expect((await client.patch(file.id, 0, bytes)).status).toBe(204);
  hub.clock.now += 1000;
  return file.id;
}
/** What somebody else than its author is told of, and can have. */
async function shown(): Promise<string[]> {
  const listed = (await father.files(doc)).filter(({ gone, state }) => !gone && state === 'ready').map(({ id }) => id);
  for (const id of listed) expect((await father.get(id)).status).toBe(200);
  return listed;
}

test('a new photo takes the place of the one before when it is ready, whoever added them, and however many are sent', async () => {
  expect(await shown()).toEqual([first]);
  const second = await upload(father, await photo());
  expect(await shown()).toEqual([second]);
  expect((await mother.get(first)).status).toBe(404);
  for (let count = 0; count < 3; count += 1) await upload(mother, await photo());
  expect(await shown()).toHaveLength(1);
  const events = await hub.deps.storage.db
    .selectFrom('event')
    .select(['what', 'person_id'])
    .where('document_id', '=', doc)
    .where('what', '=', 'file-removed')
    .execute();
  expect(events.map((one) => one.person_id)).toEqual([father.person, mother.person, mother.person, mother.person]);
});

test('a new photo that is refused leaves the one before where it was', async () => {
  const broken = (await photo()).subarray(0, 1000);
  const second = await upload(mother, broken);
  expect((await mother.files(doc)).find(({ id }) => id === second)?.state).toBe('refused');
  expect(await shown()).toEqual([first]);
});

/** Announced, and all of it is here; whatever looks into it is ended by the machine, so that it has to wait. */
async function waiting(client: FilesClient): Promise<string> {
  const bytes = await photo();
  const file = declare(bytes, { datedOn: undefined, ...ofChild });
  expect(await client.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
  const fileWork: FileWork = { ...hub.sync.fileWork, run: () => Promise.resolve('lost') };
  const attachments = openAttachments(hub.deps, { ...hub.sync, fileWork });
  await attachments.append(file.id, Readable.from([bytes]));
  await attachments.finish(file.id);
  hub.clock.now += 60_000;
  return file.id;
}
const startsAgain = () => openAttachments(hub.deps, hub.sync).finishArrived();
const sent = (stage: string) =>
  hub.deps.storage.write((tx) =>
    tx.updateTable('document').set({ stage, submitted_at: hub.clock.now }).where('id', '=', doc).execute(),
  );

test('an older photo that is ready only later takes nobody’s place, whoever sent it', async () => {
  const old = await waiting(father);
  const newer = await upload(mother, await photo());
  await mother.command('unshare', doc, { person: father.person });
  await startsAgain();
  expect((await mother.files(doc)).filter(({ gone }) => !gone).map(({ id }) => id)).toEqual([newer]);
  expect((await mother.get(old)).status).toBe(404);
});

test('a photo that takes another’s place, announced before the request was sent, does so when it arrives', async () => {
  const second = await waiting(mother);
  await sent('received');
  await startsAgain();
  expect(await shown()).toEqual([second]);
});

test('nothing of a purged draft stays in the store when a file is looked into while the bin is emptied', async () => {
  await waiting(mother);
  await mother.command('delete-draft', doc, {});
  await sent('purged');
  const { store } = openAttachments(hub.deps, hub.sync);
  await emptyBin(hub.sync, {
    async remove(name) {
      await startsAgain();
      await store.remove(name);
    },
  });
  const files = readdirSync(join(hub.folder, 'files'), { recursive: true, withFileTypes: true });
  expect(files.filter((entry) => entry.isFile())).toEqual([]);
});
