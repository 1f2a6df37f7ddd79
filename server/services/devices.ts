/**
 * Enrolling a device: its key signs everything it sends from then on. A session is bound to one device for good, so a
 * stolen cookie cannot bring a device of its own; another device needs another sign-in.
 */
import type { DeviceId } from '#sync/model/ids.ts';
import { deviceById, insertDevice } from '#server/storage/people.ts';
import { remembered } from '#server/storage/restored.ts';
import { sessionByHash, updateSession } from '#server/storage/sessions.ts';
import { auditNow } from './audit-now.ts';
import { readDeviceKey } from './device-signature.ts';
import type { Deps } from './deps.ts';
import type { SessionFacts } from './session-facts.ts';

export type Enrolment =
  { readonly ok: true } | { readonly ok: false; readonly reason: 'invalid-value' | 'device-taken' | 'session-bound' };

export async function enrolDevice(
  { storage, ports }: Pick<Deps, 'storage' | 'ports'>,
  session: SessionFacts,
  device: DeviceId,
  publicKey: string,
): Promise<Enrolment> {
  if (readDeviceKey(publicKey) === undefined) return { ok: false, reason: 'invalid-value' };
  return storage.write(async (tx) => {
    const row = await sessionByHash(tx, session.tokenHash);
    if (row === undefined || (row.device_id !== null && row.device_id !== device))
      return { ok: false, reason: 'session-bound' };
    const known = await deviceById(tx, device);
    // Revoked in a time that a server which was put back has lost: it stays revoked.
    if ((await remembered(tx, 'device', device)) !== undefined) return { ok: false, reason: 'device-taken' };
    if (known === undefined) {
      await insertDevice(tx, {
        id: device,
        authority_id: session.authorityId,
        person_id: session.personId,
        public_key: publicKey,
        last_stamp: 0,
        created_at: ports.now(),
        revoked_at: null,
      });
    } else if (known.person_id !== session.personId || known.public_key !== publicKey || known.revoked_at !== null) {
      return { ok: false, reason: 'device-taken' };
    }
    await updateSession(tx, session.tokenHash, { device_id: device });
    if (known === undefined)
      await auditNow(tx, { ports }, session.authorityId, {
        action: 'device.enrolled',
        actor: session.personId,
        device,
      });
    return { ok: true };
  });
}
