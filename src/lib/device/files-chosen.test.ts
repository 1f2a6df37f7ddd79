import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepFiles } from './keep-file.ts';
import { readOutbox } from './outbox.ts';
import type { AttachmentId } from '#sync/model/ids.ts';
import { doc, FileBench, fileOf, idOf, pdf, section } from './testing/file-bench.ts';

let bench: FileBench;
beforeEach(async () => {
  bench = await FileBench.open();
});
afterEach(() => bench.close());

test('a file that was only chosen outlasts a kill with what was said of it, is announced when it is added, and goes without a trace', async () => {
  const bytes = pdf(1_200_000);
  const { file } = fileOf(bytes);
  const [id, other] = [
    idOf(await bench.shelf.add(doc, { file, section })),
    idOf(await bench.shelf.add(doc, { file, section })),
  ];
  await bench.shelf.describe(doc, id, { category: 'medical', datedOn: '?-5-' });
  await bench.kill();
  await bench.open();
  bench.send();
  await bench.machine.clock.until(() => bench.shelf.kept.current.length === 2, 'the chosen files');
  expect(bench.shelf.kept.current.map(({ stage, category, datedOn }) => [stage, category, datedOn])).toEqual(
    expect.arrayContaining([
      ['chosen', 'medical', '?-5-'],
      ['chosen', '', undefined],
    ]),
  );
  expect((await readOutbox(bench.device.account.store)).commands).toEqual([]);
  await bench.shelf.remove(doc, other);
  await bench.shelf.describe(doc, id, { category: 'medical', datedOn: '2026-05-04' });
  expect(await bench.shelf.announce(doc, id)).toEqual({ ok: true, value: undefined });
  // A second press announces nothing twice.
  expect(await bench.shelf.announce(doc, id)).toEqual({ ok: true, value: undefined });
  expect(
    (await readOutbox(bench.device.account.store)).commands.map(({ value: { command } }) => command),
  ).toMatchObject([
    {
      name: 'add-file',
      args: {
        id,
        category: 'medical',
        datedOn: '2026-05-04',
        hash: createHash('sha256').update(bytes).digest('base64url'),
      },
    },
  ]);
  await bench.answer(id);
  await bench.machine.clock.until(() => bench.stageOf(id) === 'ready', 'the file at the Hub');
  expect(bench.hub.bytes.get(id)?.equals(bytes)).toBe(true);
  expect([await bench.device.database.pieces.count(), bench.shelf.kept.current.map((one) => one.id)]).toEqual([
    0,
    [id],
  ]);
  expect(await bench.shelf.announce(doc, other)).toEqual({ ok: false, reason: 'file-gone' });
});

const commands = async () => (await readOutbox(bench.device.account.store)).commands.map(({ value }) => value.command);
async function chosen(): Promise<AttachmentId> {
  return idOf(await bench.shelf.add(doc, { file: fileOf(pdf(2_000)).file, section }));
}

test('what is still being typed of a chosen file while it is left out or added changes nothing more', async () => {
  const left = await chosen();
  await Promise.all([bench.shelf.remove(doc, left), bench.shelf.describe(doc, left, { category: 'medical' })]);
  expect(await commands()).toEqual([]);
  const added = await chosen();
  await bench.shelf.describe(doc, added, { category: 'medical' });
  expect((await bench.shelf.announce(doc, added)).ok).toBe(true);
  await bench.shelf.describe(doc, added, { category: 'other', datedOn: '?-5-' });
  expect((await commands()).map(({ name, args }) => [name, args.category, args.datedOn])).toEqual([
    ['add-file', 'medical', undefined],
  ]);
});

test('a chosen file is not announced before it is said what it is, nor with half a date', async () => {
  const id = await chosen();
  expect((await bench.shelf.announce(doc, id)).ok).toBe(false);
  await bench.shelf.describe(doc, id, { category: 'medical', datedOn: '?-5-' });
  expect((await bench.shelf.announce(doc, id)).ok).toBe(false);
  expect(await commands()).toEqual([]);
});

test('clearing up takes no piece of a file that another tab takes in meanwhile', async () => {
  const { pieces } = bench.device.account.store;
  const refs = pieces.refs.bind(pieces);
  let id: AttachmentId | undefined;
  Object.assign(pieces, {
    async refs() {
      id ??= await chosen();
      return refs();
    },
  });
  await sweepFiles(bench.device.account);
  expect(id && (await bench.opened(id)).size).toBe(2_000);
});
