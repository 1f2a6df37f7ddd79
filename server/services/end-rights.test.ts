import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceId } from '#sync/model/ids.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { makeDevice } from '#tests/people/test-hub.ts';
import type { TestDevice, TestHub } from '#tests/hub/sync-hub.ts';
import { verifyAudit } from './audit.ts';
import { enrolDevice } from './devices.ts';
import { endRights, type Ending } from './end-rights.ts';
import { readSession, startSession } from './sessions.ts';

let hub: TestHub;
let senco: TestDevice;
let officer: TestDevice;
beforeEach(async () => void ({ hub, senco, coOrdinator: officer } = await openDraftHub()));
afterEach(() => hub.close());

const end = async (device: TestDevice, ending: Ending) =>
  endRights(hub.sync, hub.authority, await device.email(), ending);
const stateOf = async (token: string) => (await readSession(hub.sync.storage.db, token, hub.clock.now)).is;
async function signedIn(device: TestDevice) {
  const { storage } = hub.sync;
  const person = await storage.db
    .selectFrom('person')
    .selectAll()
    .where('id', '=', device.person)
    .executeTakeFirstOrThrow();
  return (await storage.write((tx) => startSession(tx, hub.sync, person))).token;
}
async function enrolled(device: TestDevice) {
  const token = await signedIn(device);
  const state = await readSession(hub.sync.storage.db, token, hub.clock.now);
  if (state.is !== 'live') throw new Error('the session is not there');
  const made = makeDevice();
  return { token, enrol: () => enrolDevice(hub.sync, state.facts, made.id as DeviceId, made.publicKey) };
}

test('an account that was closed after the backup stays closed, and no session of it comes back', async () => {
  const token = await signedIn(senco);
  const putBack = await hub.copy();
  expect(await stateOf(token)).toBe('live');
  expect(await end(senco, { is: 'account' })).toEqual({ ok: true, count: 1 });
  expect(await stateOf(token)).toBe('over');
  expect(await end(senco, { is: 'account' })).toEqual({ ok: false, reason: 'nobody' });
  await putBack();
  expect(await stateOf(token)).toBe('over');
  expect(await end(senco, { is: 'account' })).toEqual({ ok: false, reason: 'nobody' });
});

test('a role that ended after the backup stays ended, and devices are given the list of what is left', async () => {
  await officer.pull();
  const putBack = await hub.copy();
  const roles = () =>
    hub.sync.storage.db
      .selectFrom('membership')
      .select('role')
      .where('person_id', '=', officer.person)
      .where('ended_at', 'is', null)
      .execute();
  expect(await end(officer, { is: 'role', role: 'parent' })).toEqual({ ok: false, reason: 'nothing' });
  expect((await officer.pull()).manifest).toBeUndefined();
  expect(await end(officer, { is: 'role', role: 'co-ordinator' })).toEqual({ ok: true, count: 1 });
  expect((await officer.pull()).manifest).toEqual([]);
  await putBack();
  expect(await roles()).toEqual([]);
});

test('devices that were revoked after the backup stay revoked, also one that was enrolled after it', async () => {
  const early = await enrolled(senco);
  expect(await early.enrol()).toEqual({ ok: true });
  const putBack = await hub.copy();
  const late = await enrolled(senco);
  expect(await late.enrol()).toEqual({ ok: true });
  // The one that every test device has, and these two.
  expect(await end(senco, { is: 'devices' })).toEqual({ ok: true, count: 3 });
  expect(await end(senco, { is: 'devices' })).toEqual({ ok: false, reason: 'nothing' });
  expect([await stateOf(early.token), await stateOf(late.token)]).toEqual(['over', 'over']);
  await putBack();
  expect(await stateOf(early.token)).toBe('over');
  const again = await enrolled(senco);
  expect(await again.enrol()).toEqual({ ok: true });
  expect(await late.enrol()).toMatchObject({ ok: false });
});

test('what was ended is in the audit with the person alone, and the chain holds', async () => {
  await end(senco, { is: 'devices' });
  await end(senco, { is: 'account' });
  const rows = await hub.sync.storage.db
    .selectFrom('audit')
    .select(['action', 'actor', 'detail'])
    .where('action', 'in', ['devices.revoked', 'account.closed'])
    .orderBy('id')
    .execute();
  const detail = JSON.stringify({ person: senco.person });
  expect(rows).toEqual([
    { action: 'devices.revoked', actor: null, detail },
    { action: 'account.closed', actor: null, detail },
  ]);
  expect((await verifyAudit(hub.sync.storage.db, hub.authority)).ok).toBe(true);
});
