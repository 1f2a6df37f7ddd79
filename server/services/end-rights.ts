/**
 * Rights that end for a person as a whole: the account, a role, the devices. The end is on the disk, in the audit and in
 * the second place before anybody hears of it, so that no backup gives the right again. Words of theirs that are still on
 * the way are refused with the session, and stay on their device.
 */
import type { RoleName } from '#sync/roles/index.ts';
import { activePersonByEmail, closePerson, endMemberships, revokeDevices } from '#server/storage/people.ts';
import { endSessionsOf } from '#server/storage/sessions.ts';
import { setRightsSeq } from '#server/storage/viewers.ts';
import { auditNow } from './audit-now.ts';
import type { Deps } from './deps.ts';

export type Ending =
  { readonly is: 'account' } | { readonly is: 'role'; readonly role: RoleName } | { readonly is: 'devices' };
/** `nobody` has that address and an open account; `nothing` of the kind was there to end. */
export type Ended =
  { readonly ok: true; readonly count: number } | { readonly ok: false; readonly reason: 'nobody' | 'nothing' };

const actions = { account: 'account.closed', role: 'role.ended', devices: 'devices.revoked' } as const;

export async function endRights(
  { storage, ports }: Pick<Deps, 'storage' | 'ports'>,
  authorityId: string,
  email: string,
  ending: Ending,
): Promise<Ended> {
  return storage.write(async (tx): Promise<Ended> => {
    const person = await activePersonByEmail(tx, authorityId, email);
    if (person === undefined) return { ok: false, reason: 'nobody' };
    const at = ports.now();
    let count = 1;
    if (ending.is === 'account') {
      await closePerson(tx, authorityId, person.id, at);
      await endSessionsOf(tx, authorityId, person.id, at);
    } else if (ending.is === 'role') {
      count = await endMemberships(tx, { authorityId, personId: person.id, role: ending.role }, at);
    } else {
      count = await revokeDevices(tx, authorityId, person.id, at);
    }
    if (count === 0) return { ok: false, reason: 'nothing' };
    const done = { action: actions[ending.is], actor: null, person: person.id };
    const { seq } = await auditNow(tx, { ports }, authorityId, done);
    // What came with the role leaves the person's devices by the list of what is still theirs.
    if (ending.is === 'role') await setRightsSeq(tx, person.id, seq);
    return { ok: true, count };
  });
}
