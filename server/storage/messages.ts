/** The transactional outbox of messages, and what a demonstration's carriers would have delivered. */
import type { Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely';
import { note } from './notes.ts';
import { isPostgres } from './dialect.ts';
import type { DeliveredTable, MessageTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type Message = Selectable<MessageTable>;
export type Delivered = Omit<Selectable<DeliveredTable>, 'id'>;

export async function insertMessage(tx: Tx, message: Insertable<MessageTable>): Promise<void> {
  await tx.insertInto('message').values(message).execute();
}

export async function isMessageDue(db: Db, channel: string, now: number): Promise<boolean> {
  const due = await db
    .selectFrom('message')
    .select('id')
    .where('state', 'in', unsent)
    .where('not_before', '<=', now)
    .where('channel', '=', channel)
    .limit(1)
    .executeTakeFirst();
  return due !== undefined;
}

/**
 * Marks the message that has waited longest as being sent, before anyone sends it. One that a killed server left so
 * becomes due again when `until` has passed.
 */
export async function claimDueMessage(
  tx: Tx,
  channel: string,
  now: number,
  until: number,
): Promise<Message | undefined> {
  const due = await tx
    .selectFrom('message')
    .selectAll()
    .where('state', 'in', unsent)
    .where('not_before', '<=', now)
    .where('channel', '=', channel)
    .orderBy('not_before')
    .orderBy('made_at')
    .limit(1)
    // What another process is about to mark is none of ours.
    .$if(isPostgres(tx), (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
  if (due === undefined) return undefined;
  const claim = { state: 'sending', not_before: until, tries: due.tries + 1 };
  await tx.updateTable('message').set(claim).where('id', '=', due.id).execute();
  return { ...due, ...claim };
}
const unsent = ['waiting', 'sending'];

export async function updateMessage(tx: Tx, id: string, change: Updateable<MessageTable>): Promise<void> {
  await tx.updateTable('message').set(change).where('id', '=', id).execute();
  if (change.state === 'sent') note(tx, { is: 'sent', id });
}

/** The same message again (a server killed between sending and noting it) leaves one row. */
export async function insertDelivered(tx: Tx, delivered: Insertable<DeliveredTable>): Promise<void> {
  const known = await tx
    .selectFrom('delivered')
    .select('id')
    .where('authority_id', '=', delivered.authority_id)
    .where('channel', '=', delivered.channel)
    .where('to_address', '=', delivered.to_address)
    .where('body', '=', delivered.body)
    .where('at', '=', delivered.at)
    .executeTakeFirst();
  if (known === undefined) await tx.insertInto('delivered').values(delivered).execute();
}

/** Newest first. */
export const deliveredMessages = (db: Db, limit: number): Promise<Delivered[]> =>
  db
    .selectFrom('delivered')
    .select(['authority_id', 'channel', 'to_address', 'subject', 'body', 'at'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
