/**
 * Sessions. The token exists only in the person's browser; here stands its SHA-256. A session sleeps after 30 minutes
 * without activity: a sleeping session reads and writes nothing, and only the device it is bound to can wake it.
 */
import { createHash } from 'node:crypto';
import type { AuthorityId, DeviceId, PersonId } from '#sync/model/ids.ts';
import { roleNamed, type RoleName } from '#sync/roles/index.ts';
import { rolesOf, type Person } from '#server/storage/people.ts';
import {
  endSessionsOf,
  insertSession,
  noteSeen,
  sessionByHash,
  updateSession,
  type SessionRow,
} from '#server/storage/sessions.ts';
import { nextTurn } from '#server/storage/next-turn.ts';
import { StorageUnavailable } from '#server/storage/unavailable.ts';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/storage/schema.ts';
import { auditNow } from './audit-now.ts';
import type { Deps } from './deps.ts';
import { isSignedByDevice } from './device-signature.ts';
import type { SessionReply } from '#sync/protocol/session.ts';
import type { SessionFacts } from './session-facts.ts';

const minute = 60_000;
export const idleMs = 30 * minute;
/** Activity within this time of the last noted one is not written down again: a write an edit would cost a disk flush. */
const touchEveryMs = 30_000;
const staffSessionMs = 12 * 60 * minute;
const familySessionMs = 7 * 24 * 60 * minute;
const familyRoles: readonly string[] = ['parent', 'young-person'];

export type SessionState =
  | { readonly is: 'live'; readonly facts: SessionFacts; readonly lastSeenAt: number }
  | { readonly is: 'idle'; readonly nonce: string }
  | { readonly is: 'over' };

/** `db` is a reader or the transaction of a change: rights are judged as they are at that moment. */
export async function readSession(db: Kysely<Tables>, token: string | undefined, now: number): Promise<SessionState> {
  const row = token === undefined ? undefined : await sessionByHash(db, tokenHashOf(token));
  if (row === undefined || isOver(row, now)) return { is: 'over' };
  if (now - row.last_seen_at >= idleMs)
    return row.device_id === null ? { is: 'over' } : { is: 'idle', nonce: row.nonce };
  return { is: 'live', facts: factsOf(row), lastSeenAt: row.last_seen_at };
}

/** For whatever outlives a request, such as the event stream: undefined when the session is not awake any more. */
export async function rolesInSession(
  db: Kysely<Tables>,
  tokenHash: string,
  now: number,
): Promise<RoleName[] | undefined> {
  const row = await sessionByHash(db, tokenHash);
  return row === undefined || isOver(row, now) || now - row.last_seen_at >= idleMs ? undefined : rolesIn(row);
}

export async function startSession(
  tx: Transaction<Tables>,
  { ports }: Pick<Deps, 'ports'>,
  person: Person,
): Promise<{ token: string; expiresAt: number }> {
  const token = Buffer.from(ports.random(32)).toString('base64url');
  const now = ports.now();
  const roles = await rolesOf(tx, person.authority_id, person.id);
  const isFamily = roles.length > 0 && roles.every((role) => familyRoles.includes(role));
  const expiresAt = now + (isFamily ? familySessionMs : staffSessionMs);
  await insertSession(tx, {
    token_hash: tokenHashOf(token),
    authority_id: person.authority_id,
    person_id: person.id,
    device_id: null,
    nonce: newNonce(ports),
    created_at: now,
    last_seen_at: now,
    expires_at: expiresAt,
    ended_at: null,
  });
  return { token, expiresAt };
}

/** The person did something: the session stays awake. What was done in one turn of the loop is noted in one write. */
export function activityNotes({ storage, ports, log }: Pick<Deps, 'storage' | 'ports' | 'log'>) {
  let waiting: { readonly seen: Map<string, number>; readonly written: Promise<void> } | undefined;

  async function write(seen: ReadonlyMap<string, number>): Promise<void> {
    await nextTurn();
    waiting = undefined;
    try {
      await storage.write(async (tx) => {
        // In one order, so that two servers that note the same never wait for each other.
        for (const tokenHash of [...seen.keys()].sort()) await noteSeen(tx, tokenHash, seen.get(tokenHash) ?? 0);
      }, 'side-by-side');
    } catch (error) {
      // Whoever only reads needs no disk that can be written; what they came for must not fail for a note about them.
      if (!(error instanceof StorageUnavailable)) throw error;
      log({ event: 'server', at: ports.now(), code: error.code });
    }
  }

  return async (session: SessionState & { is: 'live' }): Promise<void> => {
    const now = ports.now();
    if (now - session.lastSeenAt < touchEveryMs) return;
    const seen = waiting?.seen ?? new Map<string, number>();
    seen.set(session.facts.tokenHash, now);
    waiting ??= { seen, written: write(seen) };
    await waiting.written;
  };
}

export type Renewal =
  | { readonly ok: true; readonly facts: SessionFacts }
  | { readonly ok: false; readonly reason: 'signed-out' | 'device-unknown' | 'signature-wrong' };

/**
 * Unlocking the device wakes its session, without a new text message, until the absolute limit. A woken session gets a
 * new nonce, so a signature that was overheard wakes nothing a second time.
 */
export async function renewSession(
  { storage, ports }: Pick<Deps, 'storage' | 'ports'>,
  request: { token: string | undefined; device: string; signature: string; body: Uint8Array; path: string },
): Promise<Renewal> {
  const { token } = request;
  if (token === undefined) return { ok: false, reason: 'signed-out' };
  return storage.write(async (tx) => {
    const now = ports.now();
    const row = await sessionByHash(tx, tokenHashOf(token));
    if (row === undefined || isOver(row, now)) return { ok: false, reason: 'signed-out' };
    if (row.device_id === null || row.device_id !== request.device || row.public_key === null)
      return { ok: false, reason: 'device-unknown' };
    const isSigned = isSignedByDevice({
      publicKey: row.public_key,
      method: 'POST',
      path: request.path,
      nonce: row.nonce,
      body: request.body,
      signature: request.signature,
    });
    if (!isSigned) return { ok: false, reason: 'signature-wrong' };
    const nonce = now - row.last_seen_at >= idleMs ? newNonce(ports) : row.nonce;
    await updateSession(tx, row.token_hash, { last_seen_at: now, nonce });
    if (nonce !== row.nonce) {
      await auditNow(tx, { ports }, row.authority_id, {
        action: 'session.renewed',
        actor: row.person_id,
        device: row.device_id,
      });
    }
    return { ok: true, facts: factsOf({ ...row, nonce }) };
  });
}

export async function endSession(
  { storage, ports }: Pick<Deps, 'storage' | 'ports'>,
  { authorityId, personId: actor, deviceId: device, tokenHash }: SessionFacts,
  everywhere: boolean,
): Promise<void> {
  const now = ports.now();
  await storage.write(async (tx) => {
    if (everywhere) await endSessionsOf(tx, authorityId, actor, now);
    else await updateSession(tx, tokenHash, { ended_at: now });
    const action = everywhere ? 'signed-out.everywhere' : 'signed-out';
    await auditNow(tx, { ports }, authorityId, { action, actor, ...(device !== undefined && { device }) });
  });
}

export const sessionInfo = (facts: SessionFacts, now: number): SessionReply => ({
  person: {
    id: facts.personId,
    name: facts.personName,
    roles: facts.roles,
    email: facts.email,
    phone: facts.phone,
  },
  authority: { id: facts.authorityId, name: facts.authorityName },
  nonce: facts.nonce,
  device: facts.deviceId ?? null,
  expiresAt: facts.expiresAt,
  now,
});

export const tokenHashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

const isOver = (row: SessionRow, now: number): boolean =>
  row.ended_at !== null || row.is_active !== 1 || now >= row.expires_at || row.revoked_at !== null;

const rolesIn = (row: SessionRow): RoleName[] =>
  [...new Set((row.roles ?? '').split(' '))].filter((name): name is RoleName => roleNamed(name) !== undefined).sort();

function factsOf(row: SessionRow): SessionFacts {
  return {
    authorityId: row.authority_id as AuthorityId,
    authorityName: row.authority_name,
    personId: row.person_id as PersonId,
    personName: row.person_name,
    email: row.person_email,
    phone: row.person_phone,
    roles: rolesIn(row),
    deviceId: (row.device_id as DeviceId | null) ?? undefined,
    deviceKey: row.public_key ?? undefined,
    nonce: row.nonce,
    tokenHash: row.token_hash,
    expiresAt: row.expires_at,
  };
}

const newNonce = (ports: Deps['ports']) => Buffer.from(ports.random(16)).toString('base64url');
