import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAttachments } from '#server/services/attachments.ts';
import { verifyAudit } from '#server/services/audit.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { declare, filesClient, hashOf, type FilesClient } from '#tests/hub/files-client.ts';
import { edit, newId, newPen, run } from '#tests/hub/sync-hub.ts';
import { people, type PersonKey } from '#tests/people/index.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

let hub: TestHub;
let priya: FilesClient;
let doc: DocumentId;
beforeEach(async () => {
  hub = await openTestHub();
  priya = await signedIn('priya');
  doc = await priya.start();
});
afterEach(() => hub.close());

const signedIn = (person: PersonKey) => filesClient(hub, person);
type Declared = ReturnType<typeof declare>;

const pdf = (size = 200_000) =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(size - 9, 'words of a report ')]);
async function announced(bytes: Uint8Array, more: Partial<Record<string, unknown>> = {}): Promise<Declared> {
  const file = declare(bytes, more);
  expect(await priya.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
  return file;
}
async function uploaded(bytes: Uint8Array, more: Partial<Record<string, unknown>> = {}): Promise<Declared> {
  const file = await announced(bytes, more);
  expect((await priya.patch(file.id, 0, bytes)).status).toBe(204);
  return file;
}
async function close(): Promise<void> {
  await hub.deps.storage.write((tx) =>
    tx.updateTable('document').set({ stage: 'received' }).where('id', '=', doc).execute(),
  );
}

describe('a file on its way here', () => {
  test('arrives in parts, is checked, and comes back byte for byte under its own name', async () => {
    const bytes = pdf();
    const file = await announced(bytes);
    expect((await priya.head(file.id)).headers.get('upload-offset')).toBe('0');
    expect((await priya.patch(file.id, 0, bytes.subarray(0, 70_000))).headers.get('hub-file-state')).toBe('arriving');
    const last = await priya.patch(file.id, 70_000, bytes.subarray(70_000));
    expect([last.status, last.headers.get('hub-file-state')]).toEqual([204, 'ready']);
    expect(last.headers.get('access-control-allow-origin')).toBeNull();

    const answer = await priya.get(file.id);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Report _ Zofia_s EP _2_.pdf"; filename*=UTF-8''Report%20%E2%80%93%20Zofia%E2%80%99s%20EP%20%282%29.pdf`,
    );
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('goes on at the very byte where the line broke', async () => {
    const bytes = pdf();
    const file = await announced(bytes);
    await priya.patch(file.id, 0, brokenAfter(bytes.subarray(0, 90_001)));
    expect((await priya.head(file.id)).headers.get('upload-offset')).toBe('90001');
    expect((await priya.patch(file.id, 0, bytes)).status).toBe(409);
    expect((await priya.patch(file.id, 90_001, bytes.subarray(90_001))).headers.get('hub-file-state')).toBe('ready');
    expect(Buffer.from(await (await priya.get(file.id)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('lies on the disk under a random name, and nothing of it can be read there', async () => {
    const file = await uploaded(pdf());
    const folder = join(hub.folder, 'files');
    const stored = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(stored.map(({ name }) => name)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(stored[0]?.name).not.toContain(file.id);
    for (const { parentPath, name } of stored)
      expect(readFileSync(join(parentPath, name)).includes('words of a report')).toBe(false);
  });

  test('that had arrived when the server was killed is checked when it starts again, or when its device asks', async () => {
    const bytes = pdf();
    const [first, second] = [await uploaded(bytes), await uploaded(bytes, { name: 'second.pdf' })];
    await hub.deps.storage.write((tx) => tx.updateTable('attachment').set({ state: 'received' }).execute());
    await hub.deps.storage.write((tx) =>
      tx.updateTable('attachment').set({ state: 'arriving' }).where('id', '=', second.id).execute(),
    );
    expect((await priya.head(second.id)).headers.get('hub-file-state')).toBe('ready');
    await openAttachments(hub.deps, hub.sync).finishArrived();
    expect((await priya.head(first.id)).headers.get('hub-file-state')).toBe('ready');
  });

  test('that is removed while it is being checked stays removed, also when both are written at once', async () => {
    const file = await uploaded(pdf());
    const { storage, commits } = hub.sync;
    await storage.write((tx) =>
      tx.updateTable('attachment').set({ state: 'received' }).where('id', '=', file.id).execute(),
    );
    // Whatever is asked for while this one is being written goes together next, in one transaction.
    const { promise: isHeld, resolve: letGo } = Promise.withResolvers<undefined>();
    const first = commits.commit([], () => isHeld);
    const authority = await storage.db.selectFrom('authority').select('id').executeTakeFirstOrThrow();
    const removed = commits.commit([doc], async (batch) => {
      const document = await batch.open(authority.id, doc);
      const { seq: _, ...row } = await batch.tx.selectFrom('attachment').selectAll().executeTakeFirstOrThrow();
      document?.attachments.set(file.id, { ...row, gone_at: hub.clock.now });
    });
    let isAsked = false;
    const checked = openAttachments(hub.deps, {
      ...hub.sync,
      commits: {
        ...commits,
        commit: (documents, work) => {
          isAsked = true;
          return commits.commit(documents, work);
        },
      },
    }).finish(file.id);
    await expect.poll(() => isAsked).toBe(true);
    letGo(undefined);
    await Promise.all([first, removed, checked]);
    expect(await priya.files(doc)).toMatchObject([{ id: file.id, gone: true }]);
  });

  test('announced twice is one file; another one under its id is refused', async () => {
    const bytes = pdf();
    const file = await announced(bytes);
    expect(await priya.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
    const other = { ...file, hash: hashOf(pdf(10_000)) };
    expect(await priya.command('add-file', doc, other)).toEqual({ is: 'refused', reason: 'id-taken' });
    expect(await priya.files(doc)).toHaveLength(1);
  });
});

describe('a file that is not what was announced', () => {
  const stateOf = async (id: string) => {
    const answer = await priya.head(id);
    return [answer.headers.get('hub-file-state'), answer.headers.get('hub-file-reason')];
  };

  test('with another hash did not arrive whole; its author is told, and nobody else hears of it', async () => {
    const bytes = pdf();
    const file = await uploaded(bytes, { hash: hashOf(pdf(500)) });
    expect(await stateOf(file.id)).toEqual(['refused', 'file-damaged']);
    expect(await priya.files(doc)).toMatchObject([{ id: file.id, state: 'refused', reason: 'file-damaged' }]);
    expect((await priya.get(file.id)).status).toBe(404);
  });

  test('by its bytes is refused', async () => {
    const program = Buffer.from('MZ\u0090 this is no report');
    expect(await stateOf((await uploaded(program)).id)).toEqual(['refused', 'file-not-what-it-says']);
  });

  test.each([
    ['a kind that the Hub does not take', { name: 'page.html', type: 'text/html' }, 'file-type'],
    ['a type that is not that of its name', { type: 'image/png' }, 'file-type'],
    ['a picture beyond the limit', { name: 'a.png', type: 'image/png', sizeBytes: 26 * 1024 * 1024 }, 'file-too-large'],
    ['a name that reads backwards', { name: 'report\u202efdp.pdf' }, 'file-name'],
    ['a category that does not exist', { category: 'nonsense' }, 'invalid-value'],
    ['a section without files', { section: 'child' }, 'unknown-field'],
    ['a date that does not exist', { datedOn: '2026-02-30' }, 'invalid-value'],
    ['a word that nobody knows', { path: '/etc' }, 'invalid-value'],
  ])('by its announcement is refused: %s', async (_, more, reason) => {
    expect(await priya.command('add-file', doc, declare(pdf(), more))).toEqual({ is: 'refused', reason });
  });

  test('larger than announced is cut off at the announced length', async () => {
    const bytes = pdf();
    const file = await announced(bytes.subarray(0, 1000));
    expect((await priya.patch(file.id, 0, bytes)).status).toBeGreaterThanOrEqual(400);
    expect(Number((await priya.head(file.id)).headers.get('upload-offset'))).toBeLessThanOrEqual(1000);
  });

  test('one gigabyte a person and day is the most, over all documents', async () => {
    const film = { name: 'a.mp4', type: 'video/mp4', sizeBytes: 250 * 1024 * 1024 };
    for (let n = 0; n < 4; n += 1) await announced(pdf(), film);
    const other = await priya.start();
    const fifth = declare(pdf(), film);
    expect(await priya.command('add-file', other, fifth)).toEqual({ is: 'refused', reason: 'file-day-limit' });
    hub.pass(25 * 60 * 60_000);
    priya = await signedIn('priya');
    expect(await priya.command('add-file', other, declare(pdf(), film))).toEqual({ is: 'done', result: {} });
  });
});

describe('who may', () => {
  test('a stranger finds nothing, whether the file exists or not, by any method', async () => {
    const file = await uploaded(pdf());
    const tom = await signedIn('tom');
    for (const id of [file.id, newId<string>()]) {
      expect((await tom.get(id)).status).toBe(404);
      expect((await tom.head(id)).status).toBe(404);
      expect((await tom.patch(id, 0, pdf())).status).toBe(404);
    }
    const [there, none] = await Promise.all([tom.get(file.id), tom.get(newId<string>())]);
    const wordsOf = async (answer: Response) => ({ ...((await answer.json()) as object), reference: '' });
    expect(await wordsOf(there)).toEqual(await wordsOf(none));
    const denied = () =>
      hub.deps.storage.db.selectFrom('audit').select('document_id').where('action', '=', 'file.denied').execute();
    await vi.waitFor(async () => expect(await denied()).toEqual([{ document_id: doc }]));
    expect(await tom.command('remove-file', doc, { id: file.id })).toEqual({ is: 'refused', reason: 'not-found' });
  });

  test('whom the draft is shared with sees a file when it is ready and not before, and can take it home', async () => {
    await priya.command('share', doc, { email: people.tom.email, access: 'view' });
    const tom = await signedIn('tom');
    const bytes = pdf();
    const file = await announced(bytes);
    expect(await tom.files(doc)).toEqual([]);
    await priya.patch(file.id, 0, bytes);
    expect(await tom.files(doc)).toMatchObject([
      { id: file.id, state: 'ready', name: file.name, datedOn: '2026-09-14' },
    ]);
    expect(Buffer.from(await (await tom.get(file.id)).arrayBuffer()).equals(bytes)).toBe(true);
    expect(await tom.command('add-file', doc, declare(bytes))).toEqual({ is: 'refused', reason: 'not-allowed' });
    expect(await tom.command('remove-file', doc, { id: file.id })).toEqual({ is: 'refused', reason: 'not-allowed' });

    expect(await priya.command('remove-file', doc, { id: file.id })).toEqual({ is: 'done', result: {} });
    expect((await tom.get(file.id)).status).toBe(404);
    expect(await tom.files(doc)).toMatchObject([{ id: file.id, gone: true, name: '' }]);
  });

  test('what a file is and its date are put right by who may add files there, and by nobody else', async () => {
    await priya.command('share', doc, { email: people.tom.email, access: 'view' });
    const tom = await signedIn('tom');
    const file = await uploaded(pdf());
    const change = { id: file.id, category: 'other', datedOn: '2025-01-31' };
    expect(await tom.command('change-file', doc, change)).toEqual({ is: 'refused', reason: 'not-allowed' });
    expect(await (await signedIn('joanne')).command('change-file', doc, change)).toEqual({
      is: 'refused',
      reason: 'not-found',
    });
    expect(await priya.command('change-file', doc, { ...change, category: 'made-up' })).toEqual({
      is: 'refused',
      reason: 'invalid-value',
    });
    expect(await priya.command('change-file', doc, change)).toEqual({ is: 'done', result: {} });
    expect(await tom.files(doc)).toMatchObject([{ id: file.id, category: 'other', datedOn: '2025-01-31' }]);
    expect(await priya.command('change-file', doc, { id: file.id, category: 'other' })).toEqual({
      is: 'done',
      result: {},
    });
    expect((await tom.files(doc)).at(-1)).not.toHaveProperty('datedOn');
    await close();
    expect(await priya.command('change-file', doc, change)).toEqual({ is: 'refused', reason: 'section-closed' });
  });

  test('only the family or the authority add a photo of the child, and only a picture', async () => {
    await priya.command('share', doc, { email: people.agnieszka.email, access: 'edit' });
    const mother = await signedIn('agnieszka');
    const photo = declare(pdf(), {
      section: 'child-photo',
      name: 'zofia.jpg',
      type: 'image/jpeg',
      category: 'photo-video',
    });
    expect(await priya.command('add-file', doc, photo)).toEqual({ is: 'refused', reason: 'not-allowed' });
    const letter = declare(pdf(), { section: 'child-photo', category: 'photo-video' });
    expect(await mother.command('add-file', doc, letter)).toEqual({ is: 'refused', reason: 'file-not-picture' });
    expect(await mother.command('add-file', doc, photo)).toEqual({ is: 'done', result: {} });
  });

  test('after the request was sent nothing is added or removed, and what was announced in time still arrives', async () => {
    const bytes = pdf();
    const file = await announced(bytes);
    await close();
    const closed = { is: 'refused', reason: 'section-closed' };
    expect(await priya.command('add-file', doc, declare(bytes))).toEqual(closed);
    expect(await priya.command('remove-file', doc, { id: file.id })).toEqual(closed);
    expect((await priya.patch(file.id, 0, bytes)).headers.get('hub-file-state')).toBe('ready');
    const officer = await signedIn('joanne');
    expect(Buffer.from(await (await officer.get(file.id)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('a file in a section that is hidden from a reader is not there for them', async () => {
    const file = await uploaded(pdf());
    await priya.command('share', doc, { email: people.marek.email, access: 'view' });
    const marek = await signedIn('marek');
    // No form has files in such a section yet; the row is put there as one will.
    const section = 'requester-address';
    await hub.deps.storage.write((tx) => tx.updateTable('attachment').set({ section }).execute());
    expect((await marek.get(file.id)).status).toBe(200);
    const hide = edit(1, 'set', section, 'req_address_private', 'yes');
    await priya.sync({ runs: [run(doc, newPen(), [hide])] });
    expect((await marek.get(file.id)).status).toBe(404);
    expect((await priya.get(file.id)).status).toBe(200);
  });

  test('without a session, and for another account, nothing happens', async () => {
    const file = await announced(pdf());
    expect((await hub.app.request(`/api/files/${file.id}`)).status).toBe(401);
    expect((await priya.patch(file.id, 0, pdf(), { 'hub-account': newId<string>() })).status).toBe(409);
    expect((await priya.head(file.id)).headers.get('upload-offset')).toBe('0');
    const { id } = await hub.deps.storage.db.selectFrom('authority').select('id').executeTakeFirstOrThrow();
    expect(await verifyAudit(hub.deps.storage.db, id)).toMatchObject({ ok: true });
  });
});

/** A body that ends as one does when the line is cut: a while after the last byte came through. */
function brokenAfter(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let isSent = false;
  return new ReadableStream({
    async pull(controller) {
      if (!isSent) controller.enqueue(bytes);
      else await new Promise((resolve) => setTimeout(resolve, 100));
      if (isSent) controller.error(new Error('cut'));
      isSent = true;
    },
  });
}
