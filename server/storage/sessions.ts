/** Sessions, attempts to sign in, and how often things were tried. */
import {
  sql,
  type Expression,
  type Insertable,
  type Kysely,
  type Selectable,
  type Transaction,
  type Updateable,
} from 'kysely';
import { isPostgres } from './dialect.ts';
import { note } from './notes.ts';
import { prepared, preparedOne } from './prepared.ts';
import type { SessionTable, SignInTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type SignIn = Selectable<SignInTable>;

export async function insertSession(tx: Tx, session: Insertable<SessionTable>): Promise<void> {
  await tx.insertInto('session').values(session).execute();
}

/** The session with the state of its account and device as they are at this moment. */
export const sessionByHash = (db: Db, tokenHash: string) => byHash(db, { tokenHash });
const byHash = preparedOne((db, { tokenHash }: { tokenHash: string }) =>
  db
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.person_id')
    .innerJoin('authority', 'authority.id', 'session.authority_id')
    .leftJoin('device', 'device.id', 'session.device_id')
    .select([
      'session.token_hash',
      'session.authority_id',
      'session.person_id',
      'session.device_id',
      'session.nonce',
      'session.last_seen_at',
      'session.expires_at',
      'session.ended_at',
      'person.name as person_name',
      'person.email as person_email',
      'person.phone as person_phone',
      'person.is_active',
      'authority.name as authority_name',
      'device.public_key',
      'device.revoked_at',
    ])
    .select((e) =>
      e
        .selectFrom('membership')
        .select((held) => joined(db, held.ref('membership.role')).as('names'))
        .whereRef('membership.authority_id', '=', 'session.authority_id')
        .whereRef('membership.person_id', '=', 'session.person_id')
        .where('membership.ended_at', 'is', null)
        .as('roles'),
    )
    .where('session.token_hash', '=', tokenHash),
);
/** Names with spaces between them: none has a space in it. */
const joined = (db: Db, column: Expression<string>) =>
  isPostgres(db) ? sql<string | null>`string_agg(${column}, ' ')` : sql<string | null>`group_concat(${column}, ' ')`;
export type SessionRow = NonNullable<Awaited<ReturnType<typeof sessionByHash>>>;

export async function updateSession(tx: Tx, tokenHash: string, change: Updateable<SessionTable>): Promise<void> {
  await tx
    .updateTable('session')
    .set(change)
    .where('token_hash', '=', tokenHash)
    .where('ended_at', 'is', null)
    .execute();
  if (typeof change.ended_at === 'number')
    note(tx, { is: 'ended', what: 'session', id: tokenHash, at: change.ended_at });
}

export async function noteSeen(tx: Tx, tokenHash: string, at: number): Promise<void> {
  await seenAt(tx, { tokenHash, at });
}
const seenAt = prepared((db, { tokenHash, at }: { tokenHash: string; at: number }) =>
  db.updateTable('session').set({ last_seen_at: at }).where('token_hash', '=', tokenHash).where('ended_at', 'is', null),
);

export async function endSessionsOf(tx: Tx, authorityId: string, personId: string, at: number): Promise<void> {
  await tx
    .updateTable('session')
    .set({ ended_at: at })
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .execute();
  note(tx, { is: 'ended', what: 'sessions', id: personId, at });
}

export async function insertSignIn(tx: Tx, signIn: Insertable<SignInTable>): Promise<void> {
  await tx.insertInto('sign_in').values(signIn).execute();
}

export const signInById = (db: Db, id: string, browserHash: string): Promise<SignIn | undefined> =>
  db.selectFrom('sign_in').selectAll().where('id', '=', id).where('browser_hash', '=', browserHash).executeTakeFirst();

export async function updateSignIn(tx: Tx, id: string, change: Updateable<SignInTable>): Promise<void> {
  await tx.updateTable('sign_in').set(change).where('id', '=', id).execute();
}

export async function noteHappening(
  tx: Tx,
  happening: { authority_id: string; account_hmac: string; what: string; at: number },
): Promise<void> {
  await tx.insertInto('code_send').values(happening).execute();
}

/** Newest first. */
export async function happenings(
  db: Db,
  authorityId: string,
  accountHmac: string,
  what: string,
  since: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('code_send')
    .select('at')
    .where('authority_id', '=', authorityId)
    .where('account_hmac', '=', accountHmac)
    .where('what', '=', what)
    .where('at', '>', since)
    .orderBy('at', 'desc')
    .execute();
  return rows.map(({ at }) => at);
}

export async function forgetHappenings(tx: Tx, authorityId: string, accountHmacs: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('code_send')
    .where('authority_id', '=', authorityId)
    .where('account_hmac', 'in', [...accountHmacs])
    .execute();
}

/** Attempts and counters are of no use to anyone once every window has passed. */
export async function forgetOldAttempts(tx: Tx, before: number): Promise<void> {
  await tx.deleteFrom('sign_in').where('created_at', '<', before).execute();
  await tx.deleteFrom('code_send').where('at', '<', before).execute();
}
