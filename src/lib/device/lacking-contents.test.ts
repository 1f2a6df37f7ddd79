import { expect, test } from 'vitest';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import type { Change, Frame } from '#sync/protocol/changes.ts';
import { foldReply } from './fold-reply.ts';
import { readOutbox, readSettings } from './outbox.ts';
import { docRefOf, editWrite } from './records.ts';
import { startSyncLoop } from './sync-loop.ts';
import { testAccount, testDevice, until } from './testing/device.ts';
import { documentOf, scriptedHub, section, sectionChange } from './testing/scripted-hub.ts';

const doc = 'document-0000001' as DocumentId;
const pen = 'pen-000000000001';
const cursor = (at: number) => String(at).padStart(22, '0');
const frame = (from: number | null, to: number, changes: Change[], more: Partial<Frame> = {}): Frame => ({
  from: from === null ? null : cursor(from),
  to: cursor(to),
  changes,
  more: false,
  ...more,
});

test('contents that a device lacks are asked for until they came whole, and words stay where they are until then', async () => {
  const { account } = await testAccount(testDevice(fetch));
  const fold = (one: Frame, wanted: DocumentId[] = [], verdicts: Parameters<typeof foldReply>[1]['verdicts'] = []) =>
    foldReply(account, { verdicts, commands: [], frame: one, wanted });
  const docRef = await docRefOf(account.store, doc);
  await account.store.change(async (view) => {
    await view.load('outbox', { rows: [] });
    const edit = { n: 1, kind: 'set' as const, holder: section, field: 'first_name', value: 'Robin', made: 1 };
    const value = { doc, pen: pen as never, form: 1, base: {}, edit, section, isSent: true as const };
    return { writes: [editWrite(docRef, view.sequence(), value)], value: undefined };
  });
  await fold(
    frame(null, 1, [documentOf(doc)], { manifest: [{ doc, sections: { child: 1 } as Record<SectionKey, number> }] }),
  );
  expect((await readSettings(account.store)).want).toEqual([doc]);

  // The stream brings what somebody else just changed, and no more of it; the answer to the question is still to come.
  await fold(frame(1, 2, [documentOf(doc), sectionChange(doc, 2)]), [], [[pen, 1, 'applied', 1]]);
  expect((await readSettings(account.store)).want).toEqual([doc]);
  expect((await readOutbox(account.store)).edits).toHaveLength(1);

  await fold(frame(2, 2, [documentOf(doc), sectionChange(doc, 2)]), [doc]);
  expect((await readSettings(account.store)).want).toEqual([]);
  expect((await readOutbox(account.store)).edits).toHaveLength(0);
});

test('a document that is opened to somebody while they are connected comes with its contents, by itself', async () => {
  const hub = scriptedHub();
  let say: (line: unknown) => void = () => undefined;
  hub.stream = (_, signal) => {
    const lines = new TransformStream<Uint8Array, Uint8Array>();
    const writer = lines.writable.getWriter();
    signal.addEventListener('abort', () => void writer.close().catch(() => undefined));
    say = (line) => void writer.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`)).catch(() => undefined);
    say({ beat: 1 });
    return new Response(lines.readable, { status: 200 });
  };
  const device = testDevice(hub.fetch);
  const { account, line } = await testAccount(device);
  const loop = startSyncLoop(account, line);
  device.busy.push(() => loop.settled());
  try {
    await device.clock.pass(2_000);
    const before = hub.pushes.length;
    const { cursor: from } = await readSettings(account.store);
    hub.tell(documentOf(doc), sectionChange(doc, 1));
    const manifest = [{ doc, sections: { child: 1 } }];
    say({ frame: { from, to: hub.cursor(), changes: [documentOf(doc)], manifest, more: false } });
    await until(async () => (await readSettings(account.store)).cursor === hub.cursor(), 'the news');
    await device.clock.pass(2_000);
    expect(hub.pushes.slice(before)).toMatchObject([{ want: [doc] }]);
    expect((await readSettings(account.store)).want).toEqual([]);
  } finally {
    await loop.stop();
  }
});
