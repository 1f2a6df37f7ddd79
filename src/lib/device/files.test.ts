import { createHash, randomBytes } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandVerdict } from '#sync/model/command.ts';
import { makeId, type AttachmentId, type DocumentId, type SectionKey } from '#sync/model/ids.ts';
import type { AttachmentChange } from '#sync/protocol/changes.ts';
import { startFileLoop, type FileLoop } from './file-loop.ts';
import { openFileShelf, type FileShelf } from './file-shelf.ts';
import { readFiles } from './file-records.ts';
import type { AddedFile, NewFile } from './hub-files.ts';
import { readOutbox } from './outbox.ts';
import { docRefOf, orderWrite, placeOf } from './records.ts';
import { seededRandom, testAccount, testDevice, type TestAccount, type TestDevice } from './testing/device.ts';
import { sessionOf, testOwner } from './testing/owner.ts';

const section = 'documents' as SectionKey;
const doc = makeId<DocumentId>(seededRandom(9));
const canary = 'CANARY-Zofia-Kowalczyk';

/** The Hub of these tests keeps what arrives, and can be cut off after so many bytes. */
const hub = {
  bytes: new Map<string, Buffer>(),
  sizes: new Map<string, number>(),
  cutAfter: Infinity,
  isSignedIn: true,
  status: 0,
  requests: [] as string[],
  verdict: 'ready',
};
const fetch: typeof globalThis.fetch = async (input, init) => {
  const path = String(input);
  if (path === '/api/session')
    return Response.json(hub.isSignedIn ? { ...sessionOf(testOwner, 0), device: device.account.device } : {}, {
      status: hub.isSignedIn ? 200 : 401,
    });
  const id = path.replace('/api/files/', '');
  const method = init?.method ?? 'GET';
  hub.requests.push(method);
  if (hub.status !== 0)
    return new Response(null, {
      status: hub.status,
      headers: { 'retry-after': '7', ...(hub.status === 404 && { 'hub-file-state': 'none' }) },
    });
  if (!hub.isSignedIn) return new Response(null, { status: 401 });
  const before = hub.bytes.get(id) ?? Buffer.alloc(0);
  const size = hub.sizes.get(id) ?? 0;
  if (method === 'GET') return new Response(new Uint8Array(before));
  let now = before;
  if (method === 'PATCH') {
    expect(new Headers(init?.headers).get('upload-offset')).toBe(String(before.length));
    const part = Buffer.from(await (init?.body as Blob).arrayBuffer());
    now = Buffer.concat([before, part.subarray(0, Math.max(0, hub.cutAfter - before.length))]);
    hub.bytes.set(id, now);
    if (now.length < before.length + part.length) throw new TypeError('cut');
  }
  return new Response(null, {
    status: method === 'HEAD' ? 200 : 204,
    headers: {
      'upload-offset': String(now.length),
      'upload-length': String(size),
      'hub-file-state': now.length === size ? hub.verdict : 'arriving',
      ...(hub.verdict === 'held' && { 'hub-file-reason': 'picture-held' }),
    },
  });
};

let machine: TestDevice;
let device: TestAccount;
let shelf: FileShelf;
let loop: FileLoop | undefined;
beforeEach(async () => {
  Object.assign(hub, {
    bytes: new Map(),
    sizes: new Map(),
    cutAfter: Infinity,
    isSignedIn: true,
    status: 0,
    requests: [],
    verdict: 'ready',
  });
  machine = testDevice(fetch, { factory: new IDBFactory() });
  await open();
});
afterEach(async () => {
  await loop?.stop();
  loop = undefined;
  await device.account.store.close();
});

async function open(): Promise<void> {
  device = await testAccount(machine);
  const { store } = device.account;
  const docRef = await docRefOf(store, doc);
  const facts = { table: 'documents', key: docRef, scope: docRef, value: { t: 'doc', doc } } as const;
  await store.change(() => Promise.resolve({ writes: [facts], value: undefined }));
  shelf = openFileShelf(device.account);
}
/** As a browser that is killed: nothing is finished, nothing is told. */
async function kill(): Promise<void> {
  device.account.store.kill();
  await loop?.stop();
  shelf.stop();
  loop = undefined;
}
const send = () => (loop = startFileLoop(device.account, device.line, (progress) => shelf.progress(progress)));

const pdf = (size: number) =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(canary), randomBytes(size - 9 - canary.length)]);
const fileOf = (bytes: Buffer, name = `${canary}.pdf`, type = 'application/pdf'): NewFile => ({
  file: new File([new Uint8Array(bytes)], name, { type }),
  section,
  category: 'medical',
  datedOn: '2026-05-04',
});
const idOf = (added: AddedFile): AttachmentId => {
  if (!added.ok) throw new Error(`not added: ${added.reason}`);
  return added.value;
};

/** What the sync loop does with the Hub's answer to an announcement. */
async function answer(id: AttachmentId, verdict: CommandVerdict = { is: 'done', result: {} }): Promise<void> {
  const { store, news } = device.account;
  const order = (await readOutbox(store)).commands.find(
    ({ value }) => value.command.args.id === id && value.verdict === undefined,
  );
  if (order === undefined) throw new Error('nothing was announced');
  hub.sizes.set(id, Number(order.value.command.args.sizeBytes ?? hub.sizes.get(id)));
  await store.change(() =>
    Promise.resolve({ writes: [orderWrite(order.docRef, order.seq, { ...order.value, verdict })], value: undefined }),
  );
  news.tell({ t: 'folded', docRefs: [order.docRef] });
}
const stageOf = (id: AttachmentId) => shelf.kept.current.find((one) => one.id === id)?.stage;
const dump = async () =>
  JSON.stringify(await Promise.all(device.database.tables.map((table) => table.toArray())), (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  );

test('a kept file is sealed: neither its words, its name nor its kind can be read, and its size only roughly', async () => {
  const added = idOf(await shelf.add(doc, fileOf(pdf(1_500_000))));
  const text = await dump();
  for (const word of [canary, '%PDF', 'application/pdf', 'medical', '2026-05-04', 'documents', added])
    expect(text.includes(word) && word !== added, word).toBe(false);
  const sizes = (await device.database.pieces.toArray()).map(({ bytes }) => bytes.length - 28);
  expect(sizes).toEqual([1_048_576, 454_656]);
  expect(
    Buffer.from(await (await opened(added)).arrayBuffer())
      .subarray(9, 9 + canary.length)
      .toString(),
  ).toBe(canary);
});

test('a piece that was altered or changed places does not open', async () => {
  const id = idOf(await shelf.add(doc, fileOf(pdf(3_000_000))));
  const [first, second] = await device.database.pieces.toArray();
  if (first === undefined || second === undefined) throw new Error('pieces are missing');
  await device.database.pieces.bulkPut([
    { ...first, bytes: second.bytes },
    { ...second, bytes: first.bytes },
  ]);
  hub.status = 404;
  expect(await shelf.open(doc, id)).toEqual({ ok: false, reason: 'file-gone' });
});

test('it travels once it is announced, arrives byte for byte, and its bytes leave this device only then', async () => {
  const bytes = pdf(1_700_001);
  const id = idOf(await shelf.add(doc, fileOf(bytes)));
  const [order] = (await readOutbox(device.account.store)).commands;
  expect(order?.value.command.args).toMatchObject({ id, hash: createHash('sha256').update(bytes).digest('base64url') });
  send();
  await machine.clock.pass(5_000);
  expect(hub.requests).toEqual([]);
  await answer(id);
  await machine.clock.until(() => stageOf(id) === 'ready', 'the file at the Hub');
  expect(hub.bytes.get(id)?.equals(bytes)).toBe(true);
  expect(await device.database.pieces.count()).toBe(0);
  expect((await readOutbox(device.account.store)).commands).toEqual([]);
  expect((await opened(id)).size).toBe(bytes.length);
});

test('killed in the middle of sending, it goes on at the byte that the Hub has', async () => {
  const bytes = pdf(2_000_000);
  const id = idOf(await shelf.add(doc, fileOf(bytes)));
  hub.cutAfter = 700_000;
  send();
  await answer(id);
  await machine.clock.until(() => hub.bytes.get(id)?.length === 700_000, 'the cut');
  await kill();
  hub.cutAfter = Infinity;
  await open();
  send();
  await machine.clock.until(() => stageOf(id) === 'ready', 'the file at the Hub');
  expect(hub.bytes.get(id)?.equals(bytes)).toBe(true);
});

test('a crash while a file is being taken in leaves nothing of it, and the next start clears its pieces away', async () => {
  const { pieces } = device.account.store;
  let count = 0;
  const put = pieces.put.bind(pieces);
  Object.assign(pieces, {
    put: async (...args: Parameters<typeof put>) => {
      count += 1;
      if (count > 2) device.account.store.kill();
      return put(...args);
    },
  });
  expect(await shelf.add(doc, fileOf(pdf(5_000_000)))).toEqual({ ok: false, reason: 'locked' });
  await kill();
  await open();
  expect(await device.database.pieces.count()).toBe(2);
  send();
  for (let tries = 0; tries < 100 && (await device.database.pieces.count()) > 0; tries += 1)
    await machine.clock.pass(100);
  expect([await device.database.pieces.count(), (await readFiles(device.account.store)).length]).toEqual([0, 0]);
  expect((await readOutbox(device.account.store)).commands).toEqual([]);
});

test('removed before it was announced, it is as if it had never been; after that the Hub is told', async () => {
  const [first, second] = [
    idOf(await shelf.add(doc, fileOf(pdf(1_000)))),
    idOf(await shelf.add(doc, fileOf(pdf(1_000)))),
  ];
  await shelf.remove(doc, first);
  expect((await readOutbox(device.account.store)).commands.map(({ value }) => value.command.args.id)).toEqual([second]);
  send();
  hub.isSignedIn = false;
  await answer(second);
  await machine.clock.until(() => stageOf(second) === 'announced', 'the announcement');
  await shelf.remove(doc, second);
  expect(
    (await readOutbox(device.account.store)).commands.map(({ value }) => [value.command.name, value.command.args]),
  ).toEqual([['remove-file', { id: second }]]);
  expect([await device.database.pieces.count(), (await readFiles(device.account.store)).length]).toEqual([0, 0]);
});

test('what a file is can be put right: in its announcement while that waits, by a command of its own after that', async () => {
  const id = idOf(await shelf.add(doc, fileOf(pdf(1_000))));
  const commands = async () =>
    (await readOutbox(device.account.store)).commands.map(({ value: { command } }) => [
      command.name,
      command.args.category,
      command.args.datedOn,
    ]);
  expect(await shelf.change(doc, id, { category: 'other' })).toEqual({ ok: true, value: undefined });
  expect(await commands()).toEqual([['add-file', 'other', undefined]]);
  await machine.clock.until(() => shelf.kept.current[0]?.category === 'other', 'the changed record');
  expect(shelf.kept.current[0]).not.toHaveProperty('datedOn');
  send();
  hub.isSignedIn = false;
  await answer(id);
  await machine.clock.until(() => stageOf(id) === 'announced', 'the announcement');
  await shelf.change(doc, id, { category: 'medical', datedOn: '2026-02-03' });
  expect(await commands()).toEqual([['change-file', 'medical', '2026-02-03']]);
  await machine.clock.until(() => shelf.kept.current[0]?.datedOn === '2026-02-03', 'the changed record');
});

test('without a line, at a busy Hub or signed out it waits, says what for, and goes on by itself', async () => {
  const id = idOf(await shelf.add(doc, fileOf(pdf(1_000))));
  const waits = () => shelf.kept.current.find((one) => one.id === id)?.waits;
  hub.status = 503;
  send();
  await answer(id);
  await machine.clock.until(() => waits() === 'busy', 'a busy Hub');
  const asked = hub.requests.length;
  await machine.clock.pass(6_000);
  expect(hub.requests.length).toBe(asked);
  hub.status = 0;
  hub.isSignedIn = false;
  await machine.clock.until(() => waits() === 'signed-out', 'the end of the session');
  hub.isSignedIn = true;
  device.line.begin({ ...sessionOf(testOwner, 0), device: device.account.device });
  await machine.clock.until(() => stageOf(id) === 'ready', 'the file at the Hub');
});

test('a file that the Hub refuses stays here with the reason until it is taken away', async () => {
  const [first, second] = [
    idOf(await shelf.add(doc, fileOf(pdf(1_000)))),
    idOf(await shelf.add(doc, fileOf(pdf(2_000)))),
  ];
  send();
  await answer(first, { is: 'refused', reason: 'section-closed' });
  await machine.clock.until(() => stageOf(first) === 'refused', 'the refusal');
  hub.status = 404;
  await answer(second);
  await machine.clock.until(() => stageOf(second) === 'refused', 'the second refusal');
  expect(new Set(shelf.kept.current.map(({ reason }) => reason))).toEqual(
    new Set(['section-closed', 'file-not-taken']),
  );
  expect((await opened(second)).size).toBe(2_000);
});

test('what cannot be added is said at once, and nothing of it is kept', async () => {
  const refusals = [
    [fileOf(pdf(100), 'page.html', 'text/html'), 'file-type'],
    [fileOf(Buffer.from('MZ program'), 'report.pdf'), 'file-not-what-it-says'],
    [fileOf(Buffer.alloc(0), 'empty.pdf'), 'file-empty'],
    [
      {
        ...fileOf(pdf(100)),
        file: Object.defineProperty(new File([], 'big.png'), 'size', { value: 26 * 1024 * 1024 }),
      },
      'file-too-large',
    ],
  ] as const;
  for (const [file, reason] of refusals) expect(await shelf.add(doc, file)).toEqual({ ok: false, reason });
  Object.assign(machine.ports, { estimate: () => Promise.resolve({ usage: 90_000_000, quota: 100_000_000 }) });
  expect(await shelf.add(doc, fileOf(pdf(1_000)))).toEqual({ ok: false, reason: 'no-room' });
  expect([await device.database.pieces.count(), (await readFiles(device.account.store)).length]).toEqual([0, 0]);
});

test('once the Hub’s own list shows it, the record here is forgotten', async () => {
  const id = idOf(await shelf.add(doc, fileOf(pdf(1_000))));
  send();
  await answer(id);
  await machine.clock.until(() => stageOf(id) === 'ready', 'the file at the Hub');
  await list(id, { state: 'ready' });
  await machine.clock.until(() => shelf.kept.current.length === 0, 'the end of the record');
});

describe('a picture that the Hub holds back because it cannot read it yet', () => {
  const bytes = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), randomBytes(2_000)]);
  let id: AttachmentId;
  beforeEach(async () => {
    id = idOf(await shelf.add(doc, fileOf(bytes, 'zofia.heic', '')));
    hub.verdict = 'held';
    send();
    await answer(id);
    await machine.clock.until(() => stageOf(id) === 'held', 'the word of the Hub');
  });

  test('stays here whole with the reason, and is not sent or asked for again and again', async () => {
    expect(shelf.kept.current).toMatchObject([{ id, stage: 'held', reason: 'picture-held' }]);
    const asked = hub.requests.length;
    await machine.clock.pass(10 * 60_000);
    expect(hub.requests).toHaveLength(asked);
    await list(id, { state: 'held', reason: 'picture-held' });
    await machine.clock.pass(60_000);
    expect(Buffer.from(await (await opened(id)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('leaves this device when a later Hub has read it, and not before', async () => {
    expect(await device.database.pieces.count()).toBe(1);
    await list(id, { state: 'ready' });
    await machine.clock.until(() => shelf.kept.current.length === 0, 'the end of the record');
    expect(await device.database.pieces.count()).toBe(0);
  });

  test('stays here with the reason when a later Hub refuses it for good', async () => {
    await list(id, { state: 'refused', reason: 'picture-unreadable' });
    await machine.clock.until(() => stageOf(id) === 'refused', 'the refusal');
    expect(shelf.kept.current).toMatchObject([{ reason: 'picture-unreadable' }]);
    expect((await opened(id)).size).toBe(bytes.length);
  });

  test('stays here with the reason when it was removed elsewhere', async () => {
    await list(id, { state: 'held', gone: true });
    await machine.clock.until(() => stageOf(id) === 'refused', 'the end at the Hub');
    expect(shelf.kept.current).toMatchObject([{ reason: 'file-not-taken' }]);
    expect((await opened(id)).size).toBe(bytes.length);
  });
});

/** The Hub's own list says this of it. */
async function list(id: AttachmentId, more: Partial<AttachmentChange>): Promise<void> {
  const { store, news } = device.account;
  const docRef = await docRefOf(store, doc);
  const change: AttachmentChange = {
    ...{ t: 'attachment', id, doc, section, name: 'a.pdf', sizeBytes: 1, category: 'medical', state: 'ready' },
    ...{ by: {} as never, at: 1, gone: false },
    ...more,
  };
  const { table, named } = placeOf(change);
  const key = await store.ref(table, named);
  await store.change(() =>
    Promise.resolve({ writes: [{ table, key, scope: docRef, value: change }], value: undefined }),
  );
  news.tell({ t: 'folded', docRefs: [docRef] });
}

async function opened(id: AttachmentId): Promise<Blob> {
  const answered = await shelf.open(doc, id);
  if (!answered.ok) throw new Error(answered.reason);
  return answered.value;
}
