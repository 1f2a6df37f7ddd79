import { afterEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { openDocument } from './open-document.ts';
import { countUnsent, readOutbox } from './outbox.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { documentOf, scriptedHub, section, sectionChange } from './testing/scripted-hub.ts';
import { testAccount, testDevice } from './testing/device.ts';

const doc = 'document-0000001' as DocumentId;
const loops: SyncLoop[] = [];
afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop();
});

test('a Hub that says for how long is asked again after that and not before', async () => {
  const hub = scriptedHub();
  const asked: number[] = [];
  let isWatched = false;
  const device = testDevice(async (...request) => {
    if (!isWatched || String(request[0]) !== '/api/sync') return hub.fetch(...request);
    asked.push(device.clock.now);
    return asked.length > 1
      ? hub.fetch(...request)
      : new Response('{}', { status: 429, headers: { 'retry-after': '45' } });
  });
  hub.tell(documentOf(doc), sectionChange(doc, 0));
  const { account, line } = await testAccount(device);
  const loop = startSyncLoop(account, line);
  loops.push(loop);
  device.busy.push(() => loop.settled());
  await device.clock.pass(1_000);
  const opened = await openDocument(account, doc);
  if (!opened.ok) throw new Error(opened.reason);

  isWatched = true;
  await opened.value.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robin' });
  await device.clock.pass(44_000);
  expect(loop.activity.current).toEqual({ is: 'waiting', reason: 'busy' });
  expect(asked).toHaveLength(1);
  await device.clock.pass(6_000);
  expect(countUnsent(await readOutbox(account.store))).toBe(0);
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(45_000);
  expect([...hub.applied.values()]).toEqual([1]);
});
