import { afterEach, beforeEach, expect, test } from 'vitest';
import { request } from '#sync/forms/request/index.ts';
import { edit, newPen, openTestHub, run, type TestHub } from './sync-hub.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await openTestHub(request);
});
afterEach(() => hub.close());

test('late words sent on to a private section are read by their author and the authority, not by who wrote there alone', async () => {
  const [mother, father] = [await (await hub.person('parent')).device(), await (await hub.person('parent')).device()];
  const officer = await (await hub.person('co-ordinator')).device();
  const doc = await mother.start();
  await mother.command('share', doc, { email: await father.email(), access: 'edit' });
  await father.pullAll([doc]);
  const write = (device: typeof mother, field: string, value: string) =>
    device.write(run(doc, newPen(), [edit(1, 'set', 'child-address', field, value)]));
  await write(mother, 'main_phone', '01632 960101');
  expect((await write(father, 'address_private', 'yes'))[0]?.[2]).toBe('applied');
  hub.clock.now += 1000;
  await hub.sync.storage.write((tx) =>
    tx.updateTable('document').set({ stage: 'received', submitted_at: hub.clock.now }).where('id', '=', doc).execute(),
  );
  const late = await write(father, 'email', 'secret@refuge.example');
  expect(late[0]?.slice(2)).toEqual(['parked', 0, 'section-closed']);
  const parked = (await father.pullAll([doc])).find((one) => one.t === 'mine');
  expect(await father.command('send-on', doc, { id: parked?.id ?? '' })).toMatchObject({ is: 'done' });

  const told = async (device: typeof mother) => JSON.stringify(await device.pullAll([doc]));
  expect(await told(mother)).toContain('01632 960101');
  expect(await told(mother)).not.toContain('secret@refuge.example');
  for (const device of [father, officer]) expect(await told(device)).toContain('secret@refuge.example');
});
