import { expect, test } from 'vitest';
import { Dexie } from 'dexie';
import type { Status } from './hub.ts';
import { section } from './testing/scripted-hub.ts';
import { testDevice } from './testing/device.ts';
import { testOwner } from './testing/owner.ts';
import { draft, is, password, signIn, signedIn, signingHub, startHub, wordsOf } from './testing/signed-in.ts';

test('a draft begun offline is there after a restart and an offline unlock, and reaches the Hub when a line comes', async () => {
  const { server, device, hub } = await signedIn();
  server.isOffline = true;
  const { id } = await draft(hub, 'Robin');
  await device.clock.until(
    () => hub.list().current.some((one) => one.doc === id && one.summary.name === 'Robin' && one.isLocal),
    'the draft in the list',
  );
  await hub.lock();
  const again = await startHub(device);
  expect(is(again)).toBe('locked');
  expect(await again.session.unlock(password)).toEqual({ ok: true, value: undefined });
  expect(await wordsOf(again, id)).toBe('Robin');
  server.isOffline = false;
  device.wake();
  await device.clock.until(() => again.status.current.kind === 'saved-hub', 'the Hub');
  expect([...server.values.values()]).toEqual(['Robin']);
  await device.clock.until(() => again.list().current[0]?.isLocal === false, "the Hub's line of the draft");
});

test('no typed word stands readable anywhere in IndexedDB', async () => {
  const { device, hub } = await signedIn();
  const document = await draft(hub, 'canary-first');
  await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'canary-last' });
  await hub.flush();
  const dump: string[] = [];
  for (const { name } of await device.factory.databases()) {
    const database = await new Dexie(name ?? '', {
      indexedDB: device.factory,
      IDBKeyRange: device.ports.indexedDB?.keyRange as typeof IDBKeyRange,
    }).open();
    for (const table of database.tables)
      for (const row of (await table.toArray()) as unknown[]) dump.push(`${table.name} ${readable(row)}`);
    database.close();
  }
  expect(dump.length).toBeGreaterThan(10);
  for (const canary of ['canary', 'Robin', 'robin@', 'Anyshire', 'request', 'first_name', 'draft'])
    expect(
      dump.filter((row) => row.includes(canary)),
      canary,
    ).toEqual([]);
});
function readable(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value);
  if (Array.isArray(value)) return value.map(readable).join(' ');
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, member]) => `${key} ${readable(member)}`)
        .join(' ')
    : String(value);
}

test('wrong passwords slow down and never wipe', async () => {
  const { device, hub } = await signedIn();
  const { id } = await draft(hub, 'Robin');
  await hub.lock();
  expect(is(hub)).toBe('locked');
  expect(await hub.open(id)).toEqual({ ok: false, reason: 'locked' });
  expect(await hub.session.unlock('wrong')).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
  expect(await hub.session.unlock(password)).toMatchObject({ ok: false, reason: 'wait' });
  device.clock.now += 1_000;
  expect(await hub.session.unlock('wrong')).toMatchObject({
    ok: false,
    reason: 'wrong-passphrase',
    until: device.clock.now + 2_000,
  });
  device.clock.now += 2_000;
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  expect(await wordsOf(hub, id)).toBe('Robin');
});

test("two people who share a tablet never meet each other's words", async () => {
  const { server, device, hub } = await signedIn();
  server.isOffline = true;
  const { id } = await draft(hub, 'Robin');
  expect(await hub.session.signOut()).toEqual({ ok: false, reason: 'unsent' });
  expect(await hub.session.signOut({ keep: true })).toEqual({ ok: true, value: undefined });
  server.isOffline = false;
  await signIn(hub, 'sam@example.org');
  await device.clock.pass(5_000);
  expect(hub.list().current).toEqual([]);
  expect(await hub.open(id)).toEqual({ ok: false, reason: 'not-here' });
  expect(server.pushes.flatMap((push) => push.runs)).toEqual([]);
  await hub.session.signOut({ keep: true });
  await signIn(hub);
  await device.clock.until(() => server.values.size === 1, "the first person's words");
  expect(new Set(server.pushes.filter((push) => push.runs.length > 0).map((push) => push.account))).toEqual(
    new Set([testOwner.person]),
  );
});

test('after a password change elsewhere the old one opens what is kept, and the new one takes its place', async () => {
  const { server, hub } = await signedIn();
  server.isOffline = true;
  const { id } = await draft(hub, 'Robin');
  await hub.lock();
  server.isOffline = false;
  await signIn(hub, 'robin@example.org', 'another long password');
  expect(is(hub)).toBe('old-password');
  expect(await hub.session.enterOldPassword(password)).toEqual({ ok: true, value: undefined });
  expect(await wordsOf(hub, id)).toBe('Robin');
  await hub.lock();
  expect(await hub.session.unlock('another long password')).toEqual({ ok: true, value: undefined });
});

test('who forgot the old password begins beside the old store, which stays sealed and whole', async () => {
  const { server, device, hub } = await signedIn();
  await draft(hub, 'Robin');
  await hub.lock();
  await signIn(hub, 'robin@example.org', 'another long password');
  expect(await hub.session.startAnew()).toEqual({ ok: true, value: undefined });
  expect(is(hub)).toBe('open');
  expect((await device.factory.databases()).filter(({ name }) => name !== 'hub-device').length).toBe(2);
  expect(server.session.isSignedIn).toBe(true);
});

test('thirty idle minutes lock, sleep included, and unlocking finds the same words', async () => {
  const { device, hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  void document.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robin Ex' });
  await device.clock.pass(20 * 60_000);
  hub.session.alive();
  await device.clock.pass(20 * 60_000);
  expect(is(hub)).toBe('open');
  device.clock.now += 31 * 60_000;
  device.wake();
  await device.clock.until(() => is(hub) === 'locked', 'the lock');
  expect(hub.list().current).toEqual([]);
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  expect(await wordsOf(hub, document.id)).toBe('Robin Ex');
});

test('staff open the device for fourteen days without contact; then a line is needed, and nothing is lost', async () => {
  const { server, device, hub } = await signedIn();
  const { id } = await draft(hub, 'Robin');
  await hub.flush();
  await hub.lock();
  server.isOffline = true;
  device.clock.now += 15 * 86_400_000;
  expect(await hub.session.unlock(password)).toEqual({ ok: false, reason: 'line-needed' });
  server.isOffline = false;
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  expect(await wordsOf(hub, id)).toBe('Robin');
});

test('a wrong code keeps the attempt, and a session that ended lets writing go on', async () => {
  const { server, device, hub } = await signedIn();
  const { id } = await draft(hub, 'Robin');
  await device.clock.until(
    () => hub.status.current.kind === 'saved-hub' || hub.status.current.kind === 'saved-device',
    'a saved draft',
  );
  await hub.flush();
  server.session.isSignedIn = false;
  const opened = await hub.open(id);
  if (!opened.ok) throw new Error(opened.reason);
  await opened.value.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robyn' });
  await device.clock.pass(1_000);
  await device.clock.until(() => hub.status.current.kind === 'signed-out', 'the ended session');
  expect(hub.session.state.current).toMatchObject({ is: 'open', line: 'ended' });
  await hub.session.signIn('robin@example.org', password);
  expect(await hub.session.enterCode('000000')).toEqual({ ok: false, reason: 'code-wrong' });
  expect(await hub.session.enterCode('123456')).toEqual({ ok: true, value: undefined });
  expect(hub.session.state.current).toMatchObject({ is: 'open', line: 'signed-in' });
  await device.clock.until(() => [...server.values.values()].includes('Robyn'), 'the words on the Hub');
});

test('the status line never says saved before the commit', async () => {
  const { server, device, hub } = await signedIn();
  server.isOffline = true;
  const document = await draft(hub, 'Robin');
  const said: [Status['kind'], unknown][] = [];
  let isDurable = true;
  hub.status.subscribe((status) => said.push([status.kind, isDurable]));
  for (const words of ['R1', 'R2', 'R3']) {
    isDurable = false;
    const saved = document
      .write({ kind: 'set', holder: section, field: 'first_name', value: words })
      .then(() => (isDurable = true));
    expect(hub.status.current.kind).toBe('saving');
    await saved;
    await device.clock.until(() => hub.status.current.kind !== 'saving', 'a saved word');
  }
  expect(said.filter(([kind, durable]) => kind.startsWith('saved') && durable === false)).toEqual([]);
});

test('a submission waits in the queue, can be taken back before it is sent, and its answer stays until it was seen', async () => {
  const { server, device, hub } = await signedIn();
  server.isOffline = true;
  const document = await draft(hub, 'Robin');
  const first = await hub.command(document.id, 'submit');
  if (!first.ok) throw new Error(first.reason);
  await device.clock.until(
    () => hub.commands(document.id).current.some((one) => one.id === first.value && one.state !== 'answered'),
    'the queued command',
  );
  await device.clock.until(() => !document.may(section).includes('write'), 'the closed form');
  await device.clock.pass(100);
  const taken = await hub.forget(first.value);
  if (taken) await device.clock.until(() => document.may(section).includes('write'), 'the open form');
  const second = taken ? await hub.command(document.id, 'submit') : first;
  if (!second.ok) throw new Error(second.reason);
  server.isOffline = false;
  device.wake();
  await device.clock.until(
    () => hub.commands(document.id).current.some((one) => one.id === second.value && one.state === 'answered'),
    'the answer',
  );
  expect(server.pushes.flatMap((push) => push.commands).find((one) => one.name === 'submit')?.after?.[1]).toBe(1);
  expect(await hub.forget(second.value)).toBe(true);
  await device.clock.until(() => hub.commands(document.id).current.length === 0, 'the dismissed answer');
});

test('what stands in a field and was not written yet is made durable by a flush', async () => {
  const { hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  let isWaiting = true;
  document.typing({
    get isWaiting() {
      return isWaiting;
    },
    async flush() {
      isWaiting = false;
      await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'Midword' });
    },
  });
  expect(await hub.keep()).toMatchObject({ ok: true });
  expect(document.value(section, 'last_name').value).toBe('Midword');
});

test('a damaged record is set aside, counted, and fetched again', async () => {
  const { device, hub } = await signedIn();
  const { id } = await draft(hub, 'Robin');
  await device.clock.until(
    () => hub.status.current.kind === 'saved-hub' && hub.list().current[0]?.isLocal === false,
    'the Hub',
  );
  await hub.lock();
  const name =
    (await device.factory.databases()).map((one) => one.name ?? '').find((one) => one !== 'hub-device') ?? '';
  const database = await new Dexie(name, {
    indexedDB: device.factory,
    IDBKeyRange: device.ports.indexedDB?.keyRange as typeof IDBKeyRange,
  }).open();
  const [field] = (await database.table('fields').toArray()) as { s: { ct: Uint8Array } }[];
  await database.table('fields').put({ ...field, s: { ...field?.s, ct: new Uint8Array(30) } });
  database.close();
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  const opened = await hub.open(id);
  if (!opened.ok) throw new Error(opened.reason);
  await device.clock.until(() => hub.damaged.current === 1, 'the report');
  await device.clock.until(
    () => opened.value.value(section, 'first_name').value === 'Robin',
    'the field fetched again',
  );
});

test('an empty list is called empty only when the store was read and the Hub has told of everything', async () => {
  const server = signingHub();
  const device = testDevice(server.fetch);
  const hub = await startHub(device);
  const stages: string[] = [];
  hub.listing().subscribe((stage) => stages.push(stage));
  expect(stages).toEqual(['reading']);
  // The line breaks before the first answer: nothing is known of the list yet.
  server.next.push('no-line');
  await signIn(hub);
  await device.clock.until(() => hub.listing().current === 'fetching', 'the read store');
  await device.clock.until(() => hub.listing().current === 'here', 'the first answer');
  expect(stages).toEqual(['reading', 'fetching', 'here']);
  expect(hub.list().current).toEqual([]);

  await hub.lock();
  expect(hub.listing().current).toBe('reading');
  server.isOffline = true;
  await hub.session.unlock(password);
  await device.clock.until(() => hub.listing().current === 'here', 'the list without a connection');
  expect(stages.slice(3)).toEqual(['reading', 'here']);
});

test('a deleted draft goes into the bin and out of it at once, also without a connection', async () => {
  const { server, device, hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  await device.clock.until(() => hub.list().current[0]?.isLocal === false, "the Hub's line of the draft");
  server.isOffline = true;
  const isIn = (stage: string) => hub.list().current.some((one) => one.doc === document.id && one.stage === stage);
  const deletion = await hub.command(document.id, 'delete-draft');
  if (!deletion.ok) throw new Error(deletion.reason);
  await device.clock.until(() => isIn('deleted'), 'the draft in the bin');
  expect(document.facts()).toMatchObject({ stage: 'deleted', may: ['see'] });
  expect(document.may(section)).toEqual(['see']);
  expect(document.value(section, 'first_name').value).toBe('Robin');
  if (!(await hub.forget(deletion.value))) await hub.command(document.id, 'restore-draft');
  await device.clock.until(() => isIn('draft'), 'the draft in the list');
});

test('a tab that stood still shows what another wrote meanwhile, and locks when another was locked', async () => {
  // Neither tab hears the other here: as one that the browser has frozen.
  const { server, device, hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  await hub.flush();
  server.isOffline = true;
  const other = await startHub(device);
  await other.session.unlock(password);
  const there = await other.open(document.id);
  if (!there.ok) throw new Error(there.reason);
  await there.value.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robyn' });
  await device.clock.pass(20_000);
  expect(document.value(section, 'first_name').value).toBe('Robin');
  device.thaw();
  await device.clock.until(() => document.value(section, 'first_name').value === 'Robyn', 'the other words');
  await device.clock.until(() => hub.list().current[0]?.summary.name === 'Robyn', 'the list');
  expect(is(hub)).toBe('open');
  await other.lock();
  await device.clock.pass(1_000);
  expect(is(hub)).toBe('open');
  device.thaw();
  await device.clock.until(() => is(hub) === 'locked', 'the lock');
});
