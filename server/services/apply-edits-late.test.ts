import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { MineChange } from '#sync/protocol/changes.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let officer: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, coOrdinator: officer, doc } = await openDraftHub()));
afterEach(() => hub.close());

const send = async () => {
  const needed = [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')];
  await senco.write(run(doc, newPen(), needed));
  expect((await senco.command('submit', doc)).is).toBe('done');
};
const mineOf = async (device: TestDevice) =>
  (await device.pullAll()).filter((change): change is MineChange => change.t === 'mine');

describe('words in an entry that was added too late', () => {
  test('are parked with it, in the same push and in later ones', async () => {
    await send();
    const item = newId<string>();
    const pen = newPen();
    const parked = (n: number) => [pen, n, 'parked', 0, 'section-closed'];
    expect(
      await senco.write(
        run(doc, pen, [
          edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
          edit(2, 'set', item, 'full_name', 'Late Name'),
        ]),
      ),
    ).toEqual([parked(1), parked(2)]);
    expect(await senco.write(run(doc, pen, [edit(3, 'set', item, 'address', 'Late Street')]))).toEqual([parked(3)]);
    const mine = await mineOf(senco);
    expect(mine.map(({ value }) => value)).toContain('Late Name');
    const name = mine.find(({ value }) => value === 'Late Name');
    expect((await senco.command('send-on', doc, { id: name?.id ?? '' })).is).toBe('done');
    const events = (await officer.pullAll([doc])).filter((change) => change.t === 'event');
    expect(events.find(({ what }) => what === 'sent-on')?.args).toMatchObject({
      section: 'contacts',
      holder: item,
      value: 'Late Name',
    });
  });

  test('are refused as before where nobody added the entry, or the form has no such question', async () => {
    await send();
    const item = newId<string>();
    const pen = newPen();
    const verdicts = await senco.write(
      run(doc, pen, [
        edit(1, 'set', item, 'full_name', 'x'),
        edit(2, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(3, 'set', item, 'no_such_question', 'x'),
      ]),
    );
    expect(verdicts.map(([, , is, , reason]) => [is, reason])).toEqual([
      ['refused', 'unknown-field'],
      ['parked', 'section-closed'],
      ['refused', 'unknown-field'],
    ]);
  });
});

test('a private address that is sent on stands under its own section, not under that of its entry', async () => {
  const item = newId<string>();
  await senco.write(run(doc, newPen(), [edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' })]));
  await send();
  await senco.write(run(doc, newPen(), [edit(1, 'set', item, 'address', 'Late Street')]));
  const [mine] = await mineOf(senco);
  await senco.command('send-on', doc, { id: mine?.id ?? '' });
  const events = (await officer.pullAll([doc])).filter((change) => change.t === 'event');
  expect(events.find(({ what }) => what === 'sent-on')?.args).toMatchObject({ section: `contact-private~${item}` });
});
