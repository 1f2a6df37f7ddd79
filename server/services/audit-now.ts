/** One entry in the chain, in the transaction of what it tells of: for changes that touch no document. */
import type { Transaction } from 'kysely';
import { insertAudit } from '#server/storage/audit.ts';
import { setAuditHash, takeSeq } from '#server/storage/feed.ts';
import type { Tables } from '#server/storage/schema.ts';
import { chain } from './audit.ts';
import type { Deps } from './deps.ts';

interface Happening {
  readonly action:
    | 'signed-in'
    | 'sign-in.failed'
    | 'signed-out'
    | 'signed-out.everywhere'
    | 'session.renewed'
    | 'device.enrolled'
    | 'account.closed'
    | 'role.ended'
    | 'devices.revoked'
    | 'history.replaced';
  /** Nobody, where it was done from the machine's own terminal. */
  readonly actor: string | null;
  readonly device?: string | null;
  /** Whom it concerns, where that is not the actor: then it also counts in the feed, as the end of a right does. */
  readonly person?: string;
}

/** Last in its transaction: it takes the lock under which everybody's entries get their order. */
export async function auditNow(
  tx: Transaction<Tables>,
  { ports }: Pick<Deps, 'ports'>,
  authorityId: string,
  happening: Happening,
): Promise<{ seq: number }> {
  const fresh = { mark: integerOf(ports.random(6)), epoch: integerOf(ports.random(4)) };
  const { action, actor, device: deviceId = null, person } = happening;
  const head = await takeSeq(tx, authorityId, person === undefined ? 0 : 1, fresh);
  const detail = person === undefined ? {} : { person };
  const entry = { action, actor, deviceId, at: ports.now(), documentId: null, detail };
  const row = chain(entry, authorityId, head.seq, head.audit_hash);
  await insertAudit(tx, row);
  await setAuditHash(tx, authorityId, row.hash);
  return { seq: head.seq };
}

const integerOf = (bytes: Uint8Array) => Buffer.from(bytes).readUIntBE(0, bytes.length);
