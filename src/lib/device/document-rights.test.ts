import { afterEach, expect, test } from 'vitest';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import { openDocument } from './open-document.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { testAccount, testDevice } from './testing/device.ts';
import { documentOf, scriptedHub, sectionChange } from './testing/scripted-hub.ts';

const doc = 'document-0000001' as DocumentId;
const hidden = 'requester-address' as SectionKey;
let loop: SyncLoop | undefined;
afterEach(async () => loop?.stop());

test('a section that is hidden is no empty one to write in, also after the app was opened anew, until it is shown again', async () => {
  const hub = scriptedHub();
  const device = testDevice(hub.fetch);
  hub.tell(documentOf(doc), sectionChange(doc, 0), { t: 'section', doc, section: hidden, ver: 0, may: [] });
  const { account, line } = await testAccount(device);
  const sending = startSyncLoop(account, line);
  loop = sending;
  device.busy.push(() => sending.settled());
  await device.clock.pass(1_000);
  const rights = async () => {
    const opened = await openDocument(account, doc);
    if (!opened.ok) throw new Error(opened.reason);
    const may = opened.value.may(hidden);
    opened.value.close();
    return may;
  };
  expect(await rights()).toEqual([]);
  hub.tell({ t: 'section', doc, section: hidden, ver: 3, may: ['see', 'write'] });
  await device.clock.pass(30_000);
  expect(await rights()).toEqual(['see', 'write']);
});
