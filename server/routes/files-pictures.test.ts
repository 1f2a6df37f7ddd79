import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileWork } from '#server/adapters/file-work/file-work.ts';
import { usualLimits, workInProcess } from '#server/adapters/file-work/process.ts';
import { openAttachments, type AttachmentsSync } from '#server/services/attachments.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { document } from '#tests/hub/containers.ts';
import { declare, filesClient, hashOf, type FilesClient } from '#tests/hub/files-client.ts';
import { heic, hugePng, photo, png, tracesIn } from '#tests/hub/pictures.ts';
import { people } from '#tests/people/index.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

let hub: TestHub;
let mother: FilesClient;
let doc: DocumentId;
let bytes: Buffer;
beforeEach(async () => {
  hub = await openTestHub();
  mother = await filesClient(hub, 'agnieszka');
  doc = await mother.start();
  bytes = await photo();
});
afterEach(async () => {
  await hub.sync.fileWork.close();
  await hub.close();
});

const ofChild = { section: 'child-photo', name: 'zofia.jpg', type: 'image/jpeg', category: 'photo-video' };
const scan = { name: 'scan.png', type: 'image/png' };
const letter = {
  name: 'letter.docx',
  type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

async function announced(content: Uint8Array, more: object) {
  hub.clock.now += 1000;
  const file = declare(content, { datedOn: undefined, ...more });
  expect(await mother.command('add-file', doc, file)).toEqual({ is: 'done', result: {} });
  return file;
}
async function uploaded(content: Uint8Array, more: object) {
  const file = await announced(content, more);
  const answer = await mother.patch(file.id, 0, content);
  expect(answer.status).toBe(204);
  return { ...file, state: answer.headers.get('hub-file-state'), reason: answer.headers.get('hub-file-reason') };
}
async function read(client: FilesClient, id: string): Promise<Buffer> {
  const answer = await client.get(id);
  expect(answer.status).toBe(200);
  const body = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get('content-length')).toBe(String(body.length));
  return body;
}
const stored = () =>
  readdirSync(join(hub.folder, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const row = (id: string) =>
  hub.deps.storage.db.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const change = (id: string, to: object) =>
  hub.deps.storage.write((tx) => tx.updateTable('attachment').set(to).where('id', '=', id).execute());
/** As after a new start: nothing is left in memory of what was under way. */
const started = (over: Partial<AttachmentsSync> = {}) =>
  openAttachments(hub.deps, { ...hub.sync, fileWork: workInProcess(), ...over });

describe('a picture', () => {
  test('keeps its place from the other parent, and from everybody else', async () => {
    await mother.command('share', doc, { email: people.marek.email, access: 'view' });
    const father = await filesClient(hub, 'marek');
    expect(tracesIn(bytes)).toContain('the place');
    for (const [content, more] of [
      [bytes, ofChild],
      [await png(), scan],
    ] as const) {
      const file = await uploaded(content, more);
      expect(file.state).toBe('ready');
      for (const client of [father, mother]) expect(tracesIn(await read(client, file.id))).toEqual([]);
      const [listed] = (await father.files(doc)).filter(({ id }) => id === file.id);
      expect(listed?.sizeBytes).toBe((await read(father, file.id)).length);
    }
  });

  test('lies in the store once, as the copy; what was announced and signed stays in the audit beside it', async () => {
    const file = await uploaded(bytes, ofChild);
    expect(stored().map(({ name }) => name)).toEqual([(await row(file.id)).stored_as]);
    const audit = await hub.deps.storage.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'file.ready')
      .execute();
    const copy = hashOf(await read(mother, file.id));
    expect(audit.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { file: file.id, sha256: file.hash, copy },
    ]);
    expect(copy).not.toBe(file.hash);
    expect(await row(file.id)).toMatchObject({ sha256: file.hash, size_bytes: bytes.length, spare_as: null });
  });

  test('that arrived is still as long as it was announced, though its copy is not', async () => {
    const file = await uploaded(bytes, ofChild);
    const head = await mother.head(file.id);
    expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([
      String(bytes.length),
      String(bytes.length),
    ]);
    expect((await read(mother, file.id)).length).not.toBe(bytes.length);
  });

  test('that was ready before copies were made is not thrown away where none can be made: it is held', async () => {
    const big = hugePng();
    const slow = { fileWork: workInProcess({ ...usualLimits, ms: 60 }) };
    await slow.fileWork.lacks();
    for (const [content, more, state, over] of [
      [big, scan, 'held', {}],
      [bytes, ofChild, 'ready', slow],
    ] as const) {
      const file = await announced(content, more);
      await openAttachments(hub.deps, hub.sync).append(file.id, rest(content, 0));
      await change(file.id, { state: 'ready', received_bytes: content.length });
      await started(over).finishArrived();
      expect(await row(file.id)).toMatchObject({ state, spare_as: null });
      expect(stored().map(({ name }) => name)).toContain((await row(file.id)).stored_as);
      expect((await mother.get(file.id)).status).toBe(404);
    }
  });

  test('that was ready before copies were made is handed to nobody until there is one, and is no second news', async () => {
    const file = await announced(bytes, ofChild);
    await mother.patch(file.id, 0, bytes.subarray(0, 100));
    await openAttachments(hub.deps, hub.sync).append(file.id, rest(bytes, 100));
    await change(file.id, { state: 'ready', received_bytes: bytes.length });
    expect((await mother.get(file.id)).status).toBe(404);
    await started().finishArrived();
    expect(tracesIn(await read(mother, file.id))).toEqual([]);
    expect(stored()).toHaveLength(1);
    const added = await hub.deps.storage.db.selectFrom('event').selectAll().where('what', '=', 'file-added').execute();
    expect(added).toEqual([]);
  });

  test.each([
    [
      'is no picture behind its first bytes',
      () => Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(9000)]),
      ofChild,
      'picture-unreadable',
    ],
    ['holds 400 million dots', () => hugePng(), scan, 'picture-too-many-dots'],
    ['is of another kind than its name', () => bytes, scan, 'file-not-what-it-says'],
  ])('that %s is refused with the reason, and nothing of it is kept', async (_, content, more, reason) => {
    const file = await uploaded(content(), more);
    expect([file.state, file.reason]).toEqual(['refused', reason]);
    expect(stored()).toEqual([]);
    expect((await mother.get(file.id)).status).toBe(404);
  });
});

describe('a document', () => {
  test('that holds much more than its list says is refused, and an honest one is handed out byte for byte', async () => {
    const lie = { unpacked: 100 };
    const bomb = document(Buffer.alloc(50 * 1024 * 1024, 'a'), { listed: lie, said: lie });
    const refused = await uploaded(bomb, letter);
    expect([refused.state, refused.reason]).toEqual(['refused', 'file-not-what-it-says']);
    const honest = document('What he likes best is the sea. '.repeat(500));
    const file = await uploaded(honest, letter);
    expect((await read(mother, file.id)).equals(honest)).toBe(true);
    expect(stored()).toHaveLength(1);
  });
});

describe('a picture that this release cannot read', () => {
  const iphone = { ...ofChild, name: 'zofia.heic', type: 'image/heic' };

  test('is kept for nobody to see, and its author is told why and what to do', async () => {
    await mother.command('share', doc, { email: people.marek.email, access: 'view' });
    const father = await filesClient(hub, 'marek');
    const file = await uploaded(heic(), iphone);
    expect([file.state, file.reason]).toEqual(['held', 'picture-held']);
    for (const client of [mother, father]) expect((await client.get(file.id)).status).toBe(404);
    expect(await mother.files(doc)).toMatchObject([{ id: file.id, state: 'held', reason: 'picture-held' }]);
    expect(await father.files(doc)).toEqual([]);
    await started().finishArrived();
    expect(await row(file.id)).toMatchObject({ state: 'held', reason: 'picture-held', spare_as: null });
    expect(stored()).toHaveLength(1);
    expect(await mother.command('remove-file', doc, { id: file.id })).toEqual({ is: 'done', result: {} });
  });

  test('is looked at again when a server starts that can read it, and then everybody sees it', async () => {
    await mother.command('share', doc, { email: people.marek.email, access: 'view' });
    const father = await filesClient(hub, 'marek');
    const file = await uploaded(heic(), iphone);
    // As if JPEG had been the kind that could not be read yet.
    const { stored_as: name } = await row(file.id);
    const { store } = openAttachments(hub.deps, hub.sync);
    await store.remove(name);
    await change(file.id, {
      name: 'zofia.jpg',
      type: 'image/jpeg',
      sha256: hashOf(bytes),
      size_bytes: bytes.length,
      state: 'arriving',
    });
    await openAttachments(hub.deps, hub.sync).append(file.id, rest(bytes, 0));
    await change(file.id, { state: 'held' });
    await started().finishArrived();
    expect(await row(file.id)).toMatchObject({ state: 'ready', reason: null });
    expect(await father.files(doc)).toMatchObject([{ id: file.id, state: 'ready' }]);
    expect(tracesIn(await read(father, file.id))).toEqual([]);
  });
});

describe('when the server or its helper ends in the middle', () => {
  test('a picture whose decoder was ended stays to be checked, its author is told so, and the next look takes it', async () => {
    const file = await announced(bytes, ofChild);
    const ended = workInProcess();
    await ended.close();
    const attachments = openAttachments(hub.deps, { ...hub.sync, fileWork: ended });
    await attachments.append(file.id, rest(bytes, 0));
    await attachments.finish(file.id);
    expect(await row(file.id)).toMatchObject({ state: 'received', reason: null, spare_as: null });
    expect(stored()).toHaveLength(1);
    expect((await mother.get(file.id)).status).toBe(404);
    expect(hub.lines.map(({ code }) => code)).toContain('file-work-lost');
    expect((await mother.head(file.id)).headers.get('hub-file-state')).toBe('ready');
  });

  test.each([
    ['takes its decoder more than it may', 'too-much', 'refused', 'file-takes-too-much'],
    ['waits too long for a busy machine', 'lost', 'received', null],
  ] as const)('a picture that %s is %s: it is %s, and the next one is taken', async (_, end, state, reason) => {
    const slow = await announced(bytes, ofChild);
    const fileWork: FileWork = { ...hub.sync.fileWork, run: () => Promise.resolve(end) };
    const other = openAttachments(hub.deps, { ...hub.sync, fileWork });
    await other.append(slow.id, rest(bytes, 0));
    await other.finish(slow.id);
    expect(await row(slow.id)).toMatchObject({ state, reason });
    expect(stored()).toHaveLength(end === 'lost' ? 1 : 0);
    expect((await uploaded(bytes, ofChild)).state).toBe('ready');
  });

  /** Whatever the server was about to do, or had just done, it did no more after it. */
  test('killed at any step, it loses no picture, hands out no original and keeps none behind when it starts again', async () => {
    const seen: string[] = [];
    for (let step = 0; ; step += 1) {
      const file = await announced(bytes, { ...ofChild, name: `${String(step)}.jpg` });
      await openAttachments(hub.deps, hub.sync).append(file.id, rest(bytes, 0));
      const killed = killedAt(step);
      const { promise: isDead } = killed;
      const attachments = openAttachments(hub.deps, killed.sync);
      const isFinished = await Promise.race([attachments.finish(file.id).then(() => true), isDead.then(() => false)]);
      if (isFinished) break;
      const before = await row(file.id);
      seen.push(`${killed.name()}: ${before.state}`);
      if (before.state === 'ready') expect(tracesIn(await read(mother, file.id))).toEqual([]);
      else expect((await mother.get(file.id)).status).toBe(404);

      await started().finishArrived();
      expect(await row(file.id)).toMatchObject({ state: 'ready', spare_as: null });
      expect(tracesIn(await read(mother, file.id)), seen.at(-1)).toEqual([]);
      expect(stored(), seen.at(-1)).toHaveLength(step + 1);
    }
    expect(seen).toEqual([
      'before the commit: arriving',
      'after the commit: received',
      'before the write: received',
      'after the write: received',
      'half of the copy: received',
      'before the commit: received',
      'after the commit: ready',
      'before the write: ready',
      'after the write: ready',
    ]);
  });

  test('a picture that is refused leaves nothing behind either, wherever the server is killed', async () => {
    const broken = Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(9000)]);
    for (let step = 0; ; step += 1) {
      const file = await announced(broken, { ...ofChild, name: `${String(step)}.jpg` });
      await openAttachments(hub.deps, hub.sync).append(file.id, rest(broken, 0));
      const killed = killedAt(step);
      const attachments = openAttachments(hub.deps, killed.sync);
      const isFinished = await Promise.race([
        attachments.finish(file.id).then(() => true),
        killed.promise.then(() => false),
      ]);
      if (!isFinished) await started().finishArrived();
      expect(await row(file.id)).toMatchObject({ state: 'refused', reason: 'picture-unreadable', spare_as: null });
      expect(stored(), killed.name()).toEqual([]);
      if (isFinished) break;
    }
  });

  /** Everything that is written goes through these three; from the chosen one on nothing comes back any more. */
  function killedAt(step: number) {
    const { promise, resolve: die } = Promise.withResolvers<undefined>();
    let count = 0;
    let name = '';
    const never = <T>(what: string): Promise<T> => {
      name = what;
      die(undefined);
      return new Promise<T>(() => undefined);
    };
    const around = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      if (count++ === step) return never(`before the ${what}`);
      const done = await work();
      return count++ === step ? never(`after the ${what}`) : done;
    };
    const { storage, commits } = hub.sync;
    const real = workInProcess();
    const sync: AttachmentsSync = {
      ...hub.sync,
      storage: { ...storage, write: (work) => around('write', () => storage.write(work)) },
      commits: { ...commits, commit: (on, work) => around('commit', () => commits.commit(on, work)) },
      fileWork: {
        ...real,
        run: (person, job, source, keep) =>
          real.run(person, job, source, (copy) => (count++ === step ? keepHalf(copy, keep, never) : keep(copy))),
      },
    };
    return { sync, promise, name: () => name };
  }
});

async function keepHalf<T>(
  copy: AsyncIterable<Uint8Array>,
  keep: (copy: AsyncIterable<Uint8Array>) => Promise<T>,
  never: (what: string) => Promise<T>,
): Promise<T> {
  const parts: Uint8Array[] = [];
  for await (const part of copy) parts.push(part);
  const whole = Buffer.concat(parts);
  await keep(rest(whole.subarray(0, whole.length / 2), 0));
  return never('half of the copy');
}

async function* rest(content: Buffer, from: number): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content.subarray(from));
}
