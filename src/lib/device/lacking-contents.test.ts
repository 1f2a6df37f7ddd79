import { expect, test } from 'vitest';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import type { Change, Frame } from '#sync/protocol/changes.ts';
import { foldReply } from './fold-reply.ts';
import { readOutbox, readSettings } from './outbox.ts';
import { docRefOf, editWrite } from './records.ts';
import { testAccount, testDevice } from './testing/device.ts';
import { documentOf, section, sectionChange } from './testing/scripted-hub.ts';

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
