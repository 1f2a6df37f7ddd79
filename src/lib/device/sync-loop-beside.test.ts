import { afterEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { openDocument } from './open-document.ts';
import { readOutbox } from './outbox.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { documentOf, scriptedHub, section, sectionChange } from './testing/scripted-hub.ts';
import { testAccount, testDevice } from './testing/device.ts';

const doc = 'document-0000001' as DocumentId;
const loops: SyncLoop[] = [];
afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop();
});

test('words that waited hear that they are safe before anything else: the stream that opens beside them brings the rest', async () => {
  const hub = scriptedHub();
  hub.tell(documentOf(doc), sectionChange(doc, 0));
  const device = testDevice(hub.fetch);
  const { account, line } = await testAccount(device);
  const loop = startSyncLoop(account, line);
  loops.push(loop);
  device.busy.push(() => loop.settled());
  await device.clock.pass(4_000);
  const opened = await openDocument(account, doc);
  if (!opened.ok) throw new Error(opened.reason);
  const asked = hub.pushes.length;
  let streams = 0;
  hub.stream = (cursor, signal) => {
    streams += 1;
    const line = { frame: { from: cursor, to: hub.cursor(), changes: [], more: false } };
    const lines = new TransformStream<Uint8Array, Uint8Array>();
    const writer = lines.writable.getWriter();
    signal.addEventListener('abort', () => void writer.close().catch(() => undefined));
    void writer.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    return new Response(lines.readable, { status: 200 });
  };
  await opened.value.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robin' });
  await device.clock.pass(400);
  expect(hub.pushes.slice(asked).map(({ pull, runs }) => [pull, runs.length])).toEqual([[false, 1]]);
  expect(streams).toBe(1);
  expect((await readOutbox(account.store)).edits.map(({ state }) => state)).toEqual(['answered']);
});
