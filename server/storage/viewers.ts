/** What the feed must know of people: names to show, and rights that changed. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

/** A name as others read it, with the first role held; people who left keep the role they had. */
export async function personShown(
  db: Db,
  authorityId: string,
  personId: string,
): Promise<{ name: string; role: string } | undefined> {
  const person = await db
    .selectFrom('person')
    .select('name')
    .where('authority_id', '=', authorityId)
    .where('id', '=', personId)
    .executeTakeFirst();
  if (person === undefined) return undefined;
  const membership = await db
    .selectFrom('membership')
    .select('role')
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .orderBy((e) => e('ended_at', 'is', null), 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return { name: person.name, role: membership?.role ?? '' };
}

export const rightsSeq = async (db: Db, personId: string): Promise<number> =>
  (await db.selectFrom('person').select('rights_seq').where('id', '=', personId).executeTakeFirst())?.rights_seq ?? 0;

export async function setRightsSeq(tx: Transaction<Tables>, personId: string, seq: number): Promise<void> {
  await tx.updateTable('person').set({ rights_seq: seq }).where('id', '=', personId).execute();
}

export const activePeopleInRole = (db: Db, authorityId: string, role: string) =>
  db
    .selectFrom('person')
    .innerJoin('membership', 'membership.person_id', 'person.id')
    .select(['person.id', 'person.email', 'person.name'])
    .distinct()
    .where('person.authority_id', '=', authorityId)
    .where('person.is_active', '=', 1)
    .where('membership.role', '=', role)
    .where('membership.ended_at', 'is', null)
    .orderBy('person.id')
    .execute();

export const lastStampOf = async (db: Db, deviceId: string): Promise<number> =>
  (await db.selectFrom('device').select('last_stamp').where('id', '=', deviceId).executeTakeFirst())?.last_stamp ?? 0;

export async function setLastStamp(tx: Transaction<Tables>, deviceId: string, stamp: number): Promise<void> {
  await tx.updateTable('device').set({ last_stamp: stamp }).where('id', '=', deviceId).execute();
}
