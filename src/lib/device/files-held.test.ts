import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AttachmentId } from '#sync/model/ids.ts';
import { doc, FileBench, fileOf, idOf } from './testing/file-bench.ts';

let bench: FileBench;
beforeEach(async () => {
  bench = await FileBench.open();
});
afterEach(() => bench.close());

describe('a picture that the Hub holds back because it cannot read it yet', () => {
  const bytes = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), randomBytes(2_000)]);
  let id: AttachmentId;
  beforeEach(async () => {
    id = idOf(await bench.shelf.add(doc, fileOf(bytes, 'zofia.heic', '')));
    bench.hub.verdict = 'held';
    bench.send();
    await bench.answer(id);
    await bench.machine.clock.until(() => bench.stageOf(id) === 'held', 'the word of the Hub');
  });

  test('stays here whole with the reason, and is not sent or asked for again and again', async () => {
    expect(bench.shelf.kept.current).toMatchObject([{ id, stage: 'held', reason: 'picture-held' }]);
    const asked = bench.hub.requests.length;
    await bench.machine.clock.pass(10 * 60_000);
    expect(bench.hub.requests).toHaveLength(asked);
    await bench.list(id, { state: 'held', reason: 'picture-held' });
    await bench.machine.clock.pass(60_000);
    expect(Buffer.from(await (await bench.opened(id)).arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('leaves this device when a later Hub has read it, and not before', async () => {
    expect(await bench.device.database.pieces.count()).toBe(1);
    await bench.list(id, { state: 'ready' });
    await bench.machine.clock.until(() => bench.shelf.kept.current.length === 0, 'the end of the record');
    expect(await bench.device.database.pieces.count()).toBe(0);
  });

  test('stays here with the reason when a later Hub refuses it for good', async () => {
    await bench.list(id, { state: 'refused', reason: 'picture-unreadable' });
    await bench.machine.clock.until(() => bench.stageOf(id) === 'refused', 'the refusal');
    expect(bench.shelf.kept.current).toMatchObject([{ reason: 'picture-unreadable' }]);
    expect((await bench.opened(id)).size).toBe(bytes.length);
  });

  test('stays here with the reason when it was removed elsewhere', async () => {
    await bench.list(id, { state: 'held', gone: true });
    await bench.machine.clock.until(() => bench.stageOf(id) === 'refused', 'the end at the Hub');
    expect(bench.shelf.kept.current).toMatchObject([{ reason: 'file-not-taken' }]);
    expect((await bench.opened(id)).size).toBe(bytes.length);
  });
});
