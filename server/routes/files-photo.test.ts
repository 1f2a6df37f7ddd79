import { afterEach, beforeEach, expect, test } from 'vitest';
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

async function upload(client: FilesClient, bytes: Uint8Array): Promise<string> {
  const ofChild = { section: 'child-photo', name: 'zofia.jpg', type: 'image/jpeg', category: 'photo-video' };
  const file = declare(bytes, { datedOn: undefined, ...ofChild });
  expect(await client.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
  expect((await client.patch(file.id, 0, bytes)).status).toBe(204);
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

test('in what was sent nothing takes the place of anything', async () => {
  const bytes = await photo();
  const late = declare(bytes, {
    ...{ datedOn: undefined, section: 'child-photo', name: 'late.jpg', type: 'image/jpeg', category: 'photo-video' },
  });
  await mother.command('add-file', doc, late);
  await hub.deps.storage.write((tx) =>
    tx.updateTable('document').set({ stage: 'received', submitted_at: hub.clock.now }).where('id', '=', doc).execute(),
  );
  expect((await mother.patch(late.id, 0, bytes)).status).toBe(204);
  expect((await shown()).sort()).toEqual([first, late.id].sort());
});
