import { afterEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { openDocument, type HeldDocument } from './open-document.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { testAccount, testDevice } from './testing/device.ts';
import { documentOf, scriptedHub, section, sectionChange, type ScriptedHub } from './testing/scripted-hub.ts';

const doc = 'document-0000001' as DocumentId;
let loop: SyncLoop | undefined;
afterEach(async () => loop?.stop());

async function running(hub: ScriptedHub) {
  const device = testDevice(hub.fetch);
  hub.tell(documentOf(doc), sectionChange(doc, 0));
  const { account, line } = await testAccount(device);
  const sending = startSyncLoop(account, line);
  loop = sending;
  device.busy.push(() => sending.settled());
  await device.clock.pass(1_000);
  const opened = await openDocument(account, doc);
  if (!opened.ok) throw new Error(opened.reason);
  return { document: opened.value, clock: device.clock };
}
const type = (document: HeldDocument, value: string) =>
  document.write({ kind: 'set', holder: section, field: 'first_name', value });

test('a document that goes while it is open says so, keeps no name, and still shows words that wait', async () => {
  const hub = scriptedHub();
  const { document, clock } = await running(hub);
  await type(document, 'Robin');
  await clock.until(() => document.facts().unsent === 0, 'the words at the Hub');
  expect(document.isGone()).toBe(false);
  hub.tell({ t: 'gone', doc });
  let looks = 0;
  document.subscribe(() => (looks += 1));
  await clock.until(() => document.isGone(), 'the news');
  expect(looks).toBeGreaterThan(0);
  expect(document.facts()).toMatchObject({ doc, may: [], summary: { name: '' } });
  expect(await document.waitingWords()).toEqual([]);
  // The screen's fields save what they still held while they go.
  hub.next.push('no-line', 'no-line', 'no-line');
  await type(document, 'last words');
  expect(await document.waitingWords()).toMatchObject([{ holder: section, field: 'first_name', value: 'last words' }]);
  hub.judge = () => ['parked', 'access-ended'];
  const isSettled = () => document.mine().length === 1 && document.facts().unsent === 0;
  await clock.until(isSettled, 'the words among one’s own, and no more among those that wait');
  expect(await document.waitingWords()).toEqual([]);
  expect(document.mine()).toMatchObject([{ what: 'parked', reason: 'access-ended', value: 'last words' }]);
});
