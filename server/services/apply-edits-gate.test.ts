import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId, PenId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, parent, doc } = await openDraftHub()));
afterEach(() => hub.close());

const share = async (device: TestDevice, access: 'view' | 'edit') =>
  senco.command('share', doc, { email: await device.email(), access });
const outcome = (verdicts: Awaited<ReturnType<TestDevice['write']>>) =>
  verdicts.map(([, , is, ver, reason]) => [is, ver, reason]);

describe('whoever may not see a private section', () => {
  test('cannot find out how much is written in it by claiming to have seen it', async () => {
    await share(parent, 'edit');
    const item = newId<string>();
    await parent.write(
      run(doc, newPen(), [
        edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(2, 'set', item, 'keep_private', 'yes'),
        edit(3, 'set', item, 'address', 'Street 1'),
        edit(4, 'set', item, 'address', 'Street 2'),
      ]),
    );
    const answers = [];
    for (const claimed of [0, 1, 2, 3, 2 ** 48]) {
      const base = { contacts: 99, [`contact-private~${item}`]: claimed };
      const [[is, , reason] = []] = outcome(
        await senco.write(run(doc, newPen(), [edit(1, 'remove', item, '~gone', null)], base)),
      );
      answers.push(`${String(is)} ${String(reason)}`);
    }
    expect(new Set(answers)).toEqual(new Set(['merged item-kept']));
  });
});

describe('whoever removed an entry, and hears that it was kept', () => {
  const privateContact = async (item: string) => {
    await share(parent, 'edit');
    await parent.write(
      run(doc, newPen(), [
        edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(2, 'set', item, 'keep_private', 'yes'),
      ]),
    );
    await Promise.all([senco.pullAll([doc]), parent.pullAll([doc])]);
  };
  const keptFor = async (device: TestDevice) =>
    (await device.pullAll()).filter((one) => one.t === 'mine' && one.what === 'item-kept' && !one.done);
  const remove = (item: string) =>
    run(doc, newPen(), [edit(1, 'remove', item, '~gone', null)], { contacts: 2, [`contact-private~${item}`]: 0 });
  const write = (item: string, field: string) =>
    run(doc, newPen(), [edit(1, 'set', item, field, 'words')], { contacts: 2, [`contact-private~${item}`]: 0 });

  test.each([
    ['before', 'address', undefined],
    ['before', 'full_name', 'parent'],
    ['after', 'address', undefined],
    ['after', 'full_name', 'parent'],
  ])('by words that came %s, in its %s, is told by whom only where they can read it', async (when, field, who) => {
    const item = newId<string>();
    await privateContact(item);
    if (when === 'before') await parent.write(write(item, field));
    await senco.write(remove(item));
    if (when === 'after') await parent.write(write(item, field));
    const kept = await keptFor(senco);
    expect(kept).toHaveLength(1);
    expect((kept[0] as { by?: { role: string } }).by?.role.toLowerCase().includes('parent')).toBe(
      who === undefined ? undefined : true,
    );
  });
});

describe('whoever may only read', () => {
  test('gets one answer to every kind of edit, right or wrong, and changes nothing', async () => {
    const item = newId<string>();
    await senco.write(
      run(doc, newPen(), [set(1, 'first_name', 'A'), edit(2, 'add', 'contacts', 'contacts', { item, order: 'a0' })]),
    );
    await share(parent, 'view');
    const pen = newPen();
    const before = JSON.stringify((await senco.pullAll([doc])).filter(({ t }) => t !== 'doc' && t !== 'event'));
    const verdicts = await parent.write(
      run(doc, pen, [
        set(1, 'first_name', 'B'),
        edit(2, 'settle', 'child', 'first_name', { conflict: 'x', value: 'B' }),
        edit(3, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(4, 'add', 'contacts', 'contacts', { item: 'no id', order: '' }),
        edit(5, 'add', 'contacts', 'contacts', null),
        edit(6, 'move', item, '~order', 'b0'),
        edit(7, 'remove', item, '~gone', null),
        edit(8, 'restore', item, '~gone', null),
        edit(9, 'text', 'views', 'working', typed(pen, 'x')),
        edit(10, 'set', item, 'full_name', 'x'),
      ]),
    );
    expect(new Set(outcome(verdicts).map(String))).toEqual(new Set(['refused,0,not-yours']));
    const after = JSON.stringify((await senco.pullAll([doc])).filter(({ t }) => t !== 'doc' && t !== 'event'));
    expect(after).toBe(before);
  });

  test('cannot have words kept by claiming a newer form', async () => {
    await share(parent, 'view');
    const runs = { ...run(doc, newPen(), [set(1, 'first_name', 'x')]), form: 9999 };
    expect(outcome(await parent.write(runs))).toEqual([['refused', 0, 'not-yours']]);
    expect(outcome(await senco.write({ ...runs, pen: newPen() }))).toEqual([['parked', 0, 'newer-app']]);
  });
});

test('two new pens under one Yjs client in one push: the second is refused, and the first keeps its words', async () => {
  const seen = new Map<number, PenId>();
  let pens: readonly [PenId, PenId] | undefined;
  while (pens === undefined) {
    const pen = newPen();
    const other = seen.get(clientIdOfPen(pen));
    if (other !== undefined) pens = [other, pen];
    seen.set(clientIdOfPen(pen), pen);
  }
  const [first, second] = pens;
  expect(
    await senco.write(run(doc, first, [set(1, 'first_name', 'A')]), run(doc, second, [set(1, 'last_name', 'B')])),
  ).toEqual([
    [first, 1, 'applied', 1],
    [second, 1, 'refused', 0, 'id-taken'],
  ]);
});
