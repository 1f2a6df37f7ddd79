import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFiles } from './file-records.ts';
import { readOutbox } from './outbox.ts';
import { canary, doc, FileBench, fileOf, idOf, pdf } from './testing/file-bench.ts';
import { sessionOf, testOwner } from './testing/owner.ts';

let bench: FileBench;
beforeEach(async () => {
  bench = await FileBench.open();
});
afterEach(() => bench.close());

test('a kept file is sealed: neither its words, its name nor its kind can be read, and its size only roughly', async () => {
  const added = idOf(await bench.shelf.add(doc, fileOf(pdf(1_500_000))));
  const text = await bench.dump();
  for (const word of [canary, '%PDF', 'application/pdf', 'medical', '2026-05-04', 'documents', added])
    expect(text.includes(word) && word !== added, word).toBe(false);
  const sizes = (await bench.device.database.pieces.toArray()).map(({ bytes }) => bytes.length - 28);
  expect(sizes).toEqual([1_048_576, 454_656]);
  expect(
    Buffer.from(await (await bench.opened(added)).arrayBuffer())
      .subarray(9, 9 + canary.length)
      .toString(),
  ).toBe(canary);
});

test('a piece that was altered or changed places does not open', async () => {
  const id = idOf(await bench.shelf.add(doc, fileOf(pdf(3_000_000))));
  const [first, second] = await bench.device.database.pieces.toArray();
  if (first === undefined || second === undefined) throw new Error('pieces are missing');
  await bench.device.database.pieces.bulkPut([
    { ...first, bytes: second.bytes },
    { ...second, bytes: first.bytes },
  ]);
  bench.hub.status = 404;
  expect(await bench.shelf.open(doc, id)).toEqual({ ok: false, reason: 'file-gone' });
});

test('it travels once it is announced, arrives byte for byte, and its bytes leave this device only then', async () => {
  const bytes = pdf(1_700_001);
  const id = idOf(await bench.shelf.add(doc, fileOf(bytes)));
  const [order] = (await readOutbox(bench.device.account.store)).commands;
  expect(order?.value.command.args).toMatchObject({ id, hash: createHash('sha256').update(bytes).digest('base64url') });
  bench.send();
  await bench.machine.clock.pass(5_000);
  expect(bench.hub.requests).toEqual([]);
  await bench.answer(id);
  await bench.machine.clock.until(() => bench.stageOf(id) === 'ready', 'the file at the Hub');
  expect(bench.hub.bytes.get(id)?.equals(bytes)).toBe(true);
  expect(await bench.device.database.pieces.count()).toBe(0);
  expect((await readOutbox(bench.device.account.store)).commands).toEqual([]);
  expect((await bench.opened(id)).size).toBe(bytes.length);
});

test('killed in the middle of sending, it goes on at the byte that the Hub has', async () => {
  const bytes = pdf(2_000_000);
  const id = idOf(await bench.shelf.add(doc, fileOf(bytes)));
  bench.hub.cutAfter = 700_000;
  bench.send();
  await bench.answer(id);
  await bench.machine.clock.until(() => bench.hub.bytes.get(id)?.length === 700_000, 'the cut');
  await bench.kill();
  bench.hub.cutAfter = Infinity;
  await bench.open();
  bench.send();
  await bench.machine.clock.until(() => bench.stageOf(id) === 'ready', 'the file at the Hub');
  expect(bench.hub.bytes.get(id)?.equals(bytes)).toBe(true);
});

test('a crash while a file is being taken in leaves nothing of it, and the next start clears its pieces away', async () => {
  const { pieces } = bench.device.account.store;
  let count = 0;
  const put = pieces.put.bind(pieces);
  Object.assign(pieces, {
    put: async (...args: Parameters<typeof put>) => {
      count += 1;
      if (count > 2) bench.device.account.store.kill();
      return put(...args);
    },
  });
  expect(await bench.shelf.add(doc, fileOf(pdf(5_000_000)))).toEqual({ ok: false, reason: 'locked' });
  await bench.kill();
  await bench.open();
  expect(await bench.device.database.pieces.count()).toBe(2);
  bench.send();
  for (let tries = 0; tries < 100 && (await bench.device.database.pieces.count()) > 0; tries += 1)
    await bench.machine.clock.pass(100);
  expect([await bench.device.database.pieces.count(), (await readFiles(bench.device.account.store)).length]).toEqual([
    0, 0,
  ]);
  expect((await readOutbox(bench.device.account.store)).commands).toEqual([]);
});

test('removed before it was announced, it is as if it had never been; after that the Hub is told', async () => {
  const [first, second] = [
    idOf(await bench.shelf.add(doc, fileOf(pdf(1_000)))),
    idOf(await bench.shelf.add(doc, fileOf(pdf(1_000)))),
  ];
  await bench.shelf.remove(doc, first);
  expect((await readOutbox(bench.device.account.store)).commands.map(({ value }) => value.command.args.id)).toEqual([
    second,
  ]);
  bench.send();
  bench.hub.isSignedIn = false;
  await bench.answer(second);
  await bench.machine.clock.until(() => bench.stageOf(second) === 'announced', 'the announcement');
  await bench.shelf.remove(doc, second);
  expect(
    (await readOutbox(bench.device.account.store)).commands.map(({ value }) => [
      value.command.name,
      value.command.args,
    ]),
  ).toEqual([['remove-file', { id: second }]]);
  expect([await bench.device.database.pieces.count(), (await readFiles(bench.device.account.store)).length]).toEqual([
    0, 0,
  ]);
});

test('what a file is can be put right: in its announcement while that waits, by a command of its own after that', async () => {
  const id = idOf(await bench.shelf.add(doc, fileOf(pdf(1_000))));
  const commands = async () =>
    (await readOutbox(bench.device.account.store)).commands.map(({ value: { command } }) => [
      command.name,
      command.args.category,
      command.args.datedOn,
    ]);
  expect(await bench.shelf.change(doc, id, { category: 'other' })).toEqual({ ok: true, value: undefined });
  expect(await commands()).toEqual([['add-file', 'other', undefined]]);
  await bench.machine.clock.until(() => bench.shelf.kept.current[0]?.category === 'other', 'the changed record');
  expect(bench.shelf.kept.current[0]).not.toHaveProperty('datedOn');
  bench.send();
  bench.hub.isSignedIn = false;
  await bench.answer(id);
  await bench.machine.clock.until(() => bench.stageOf(id) === 'announced', 'the announcement');
  await bench.shelf.change(doc, id, { category: 'medical', datedOn: '2026-02-03' });
  expect(await commands()).toEqual([['change-file', 'medical', '2026-02-03']]);
  await bench.machine.clock.until(() => bench.shelf.kept.current[0]?.datedOn === '2026-02-03', 'the changed record');
});

test('without a line, at a busy Hub or signed out it waits, says what for, and goes on by itself', async () => {
  const id = idOf(await bench.shelf.add(doc, fileOf(pdf(1_000))));
  const waits = () => bench.shelf.kept.current.find((one) => one.id === id)?.waits;
  bench.hub.status = 503;
  bench.send();
  await bench.answer(id);
  await bench.machine.clock.until(() => waits() === 'busy', 'a busy Hub');
  const asked = bench.hub.requests.length;
  await bench.machine.clock.pass(6_000);
  expect(bench.hub.requests.length).toBe(asked);
  bench.hub.status = 0;
  bench.hub.isSignedIn = false;
  await bench.machine.clock.until(() => waits() === 'signed-out', 'the end of the session');
  bench.hub.isSignedIn = true;
  bench.device.line.begin({ ...sessionOf(testOwner, 0), device: bench.device.account.device });
  await bench.machine.clock.until(() => bench.stageOf(id) === 'ready', 'the file at the Hub');
});

test('a file that the Hub refuses stays here with the reason until it is taken away', async () => {
  const [first, second] = [
    idOf(await bench.shelf.add(doc, fileOf(pdf(1_000)))),
    idOf(await bench.shelf.add(doc, fileOf(pdf(2_000)))),
  ];
  bench.send();
  await bench.answer(first, { is: 'refused', reason: 'section-closed' });
  await bench.machine.clock.until(() => bench.stageOf(first) === 'refused', 'the refusal');
  bench.hub.status = 404;
  await bench.answer(second);
  await bench.machine.clock.until(() => bench.stageOf(second) === 'refused', 'the second refusal');
  expect(new Set(bench.shelf.kept.current.map(({ reason }) => reason))).toEqual(
    new Set(['section-closed', 'file-not-taken']),
  );
  expect((await bench.opened(second)).size).toBe(2_000);
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
  for (const [file, reason] of refusals) expect(await bench.shelf.add(doc, file)).toEqual({ ok: false, reason });
  Object.assign(bench.machine.ports, { estimate: () => Promise.resolve({ usage: 90_000_000, quota: 100_000_000 }) });
  expect(await bench.shelf.add(doc, fileOf(pdf(1_000)))).toEqual({ ok: false, reason: 'no-room' });
  expect([await bench.device.database.pieces.count(), (await readFiles(bench.device.account.store)).length]).toEqual([
    0, 0,
  ]);
});

test('once the Hub’s own list shows it, the record here is forgotten', async () => {
  const id = idOf(await bench.shelf.add(doc, fileOf(pdf(1_000))));
  bench.send();
  await bench.answer(id);
  await bench.machine.clock.until(() => bench.stageOf(id) === 'ready', 'the file at the Hub');
  await bench.list(id, { state: 'ready' });
  await bench.machine.clock.until(() => bench.shelf.kept.current.length === 0, 'the end of the record');
});
