/** What somebody tries who has an account, a device and no scruples: other people's ids, lost replies, forged edits. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { MineChange } from '#sync/protocol/changes.ts';
import { roles, type RoleName } from '#sync/roles/index.ts';
import { folderFiles } from '#server/adapters/files/folder.ts';
import { fragmentedText, typedInto } from '#tests/hub/hostile-text.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { emptyBin } from './empty-bin.ts';
import { tryAgainAfterUpdate } from './try-again.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
});
afterEach(() => hub.close());

const submit = async () => {
  await senco.write(
    run(doc, newPen(), [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')]),
  );
  return senco.command('submit', doc, {}, { seen: { child: 3 } as never });
};
const mineOf = async (device: TestDevice) =>
  (await device.pullAll()).filter((one): one is MineChange => one.t === 'mine');
const noFiles = folderFiles('nowhere', Buffer.alloc(32), (count) => new Uint8Array(count));

test('an account of any role gets of a stranger’s request, sent or deleted, the answer that nothing has', async () => {
  await submit();
  const nothing = newId<DocumentId>();
  for (const { name } of roles) {
    const device = await (await hub.person(name as RoleName)).device();
    const isOfficer = name === 'co-ordinator' || name === 'authority-manager';
    for (const [command, args] of [
      ['unshare', { person: parent.person }],
      ['share', { email: await device.email(), access: 'edit' }],
      ['delete-draft', {}],
      ['submit', {}],
      ['send-on', { id: newId() }],
    ] as const) {
      const real = await device.command(command, doc, args);
      const none = await device.command(command, nothing, args);
      expect(real.is).toBe('refused');
      if (!isOfficer) expect(real).toEqual(none);
    }
    const written = await device.write(run(doc, newPen(), [set(1, 'first_name', 'forged')]));
    expect(written[0]?.slice(2)).toEqual(['refused', 0, isOfficer ? 'not-yours' : 'not-found']);
  }
  expect(JSON.stringify(await senco.pullAll([doc]))).not.toContain('forged');
});

test('nobody sends on, drops or takes over another person’s parked words by their id', async () => {
  await submit();
  await parent.write(run(doc, newPen(), [set(1, 'first_name', 'Late')]));
  const [mine] = await mineOf(parent);
  const officer = await (await hub.person('co-ordinator')).device();
  for (const device of [senco, officer]) {
    for (const command of ['send-on', 'drop-parked', 'dismiss-notice'] as const)
      expect(await device.command(command, doc, { id: mine?.id ?? '' })).toEqual({
        is: 'refused',
        reason: 'not-found',
      });
  }
  expect((await parent.command('send-on', doc, { id: mine?.id ?? '' })).is).toBe('done');
});

test('a reply that was lost after taking a request away, sending on or emptying the bin changes nothing the second time', async () => {
  await submit();
  await parent.write(run(doc, newPen(), [set(1, 'first_name', 'Late')]));
  const [mine] = await mineOf(parent);
  const again = async (device: TestDevice, name: 'send-on' | 'unshare', args: Record<string, string>) => {
    const id = newId();
    const first = await device.command(name, doc, args, { id } as never);
    expect(await device.command(name, doc, args, { id } as never)).toEqual(first);
    // Another command of that name but a new id finds it done.
    expect((await device.command(name, doc, args)).is).toBe('done');
  };
  await again(parent, 'send-on', { id: mine?.id ?? '' });
  await again(senco, 'unshare', { person: parent.person });
  const events = await hub.sync.storage.db.selectFrom('event').select('what').execute();
  expect(events.filter(({ what }) => what === 'sent-on')).toHaveLength(1);
  expect(events.filter(({ what }) => what === 'unshared')).toHaveLength(1);
});

test('a push of much text whose reply was lost in every part of it is merged once, under the same verdicts', async () => {
  const [first, second] = [newPen(), newPen()];
  const base = fragmentedText(clientIdOfPen(first), 6_000);
  await senco.write(run(doc, first, [edit(1, 'text', 'views', 'working', base64OfBytes(base))]));
  const letters = typedInto(clientIdOfPen(second), base, 150).map((update, at) =>
    edit(at + 1, 'text', 'views', 'working', base64OfBytes(update)),
  );
  // As a device does that hears nothing: all of it, over and over.
  const heard = [];
  for (let tries = 0; tries < 4; tries += 1) heard.push(await senco.write(run(doc, second, letters)));
  const last = heard.at(-1) ?? [];
  expect(last).toHaveLength(150);
  for (const [at, verdicts] of heard.entries()) expect([at, verdicts]).toEqual([at, last.slice(0, verdicts.length)]);
  const text = await hub.sync.storage.db.selectFrom('text').select('tree').executeTakeFirstOrThrow();
  expect(text.tree.match(/z/g)).toHaveLength(150);
});

test('claiming a newer form is no way around the end of a share, a wish for privacy or the words of others', async () => {
  await submit();
  const stranger = await (await hub.person('administrator')).device();
  const pen = newPen();
  expect((await stranger.write({ ...run(doc, pen, [set(1, 'first_name', 'forged')]), form: 2 }))[0]?.slice(2)).toEqual([
    'refused',
    0,
    'not-found',
  ]);
  const own = newPen();
  await parent.write({
    ...run(doc, own, [set(1, 'first_name', 'forged'), edit(2, 'text', 'views', 'working', typed(own, 'forged'))]),
    form: 2,
  });
  await senco.command('unshare', doc, { person: parent.person });
  const { smallRequest } = await import('#tests/hub/small-request.ts');
  await hub.restart({ ...smallRequest, version: 2 });
  await tryAgainAfterUpdate(hub.sync, () => undefined);
  expect((await mineOf(parent)).map(({ reason }) => reason)).toEqual(['access-ended', 'access-ended']);
  expect(JSON.stringify(await senco.pullAll([doc]))).not.toContain('forged');
});

test('the bin is emptied of what was deleted, and never of a request that somebody else deleted in vain', async () => {
  await submit();
  for (const device of [parent, senco]) expect((await device.command('delete-draft', doc)).is).toBe('refused');
  hub.clock.now += 400 * 24 * 60 * 60_000;
  await emptyBin(hub.sync, noFiles);
  const row = await hub.sync.storage.db.selectFrom('document').select('stage').executeTakeFirstOrThrow();
  expect(row.stage).toBe('received');
});
