/** Authorities, organisations, people, their roles and their devices. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { note } from './notes.ts';
import { prepared, preparedOne } from './prepared.ts';
import type { AuthorityTable, DeviceTable, MembershipTable, OrganisationTable, PersonTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type Authority = Selectable<AuthorityTable>;
export type Person = Selectable<PersonTable>;
export type Device = Selectable<DeviceTable>;

export interface PeopleRows {
  readonly authority: Insertable<AuthorityTable>;
  readonly organisations: readonly Insertable<OrganisationTable>[];
  readonly people: readonly Insertable<PersonTable>[];
  readonly memberships: readonly Insertable<MembershipTable>[];
}

/** Two are enough to know whether there is only one. */
export const authorityHosts = async (db: Db): Promise<ReadonlyMap<string, string>> =>
  new Map((await db.selectFrom('authority').select(['id', 'host']).execute()).map(({ id, host }) => [id, host]));

export const someAuthorities = (db: Db): Promise<Authority[]> =>
  db.selectFrom('authority').selectAll().limit(2).execute();

export const authorityByHost = (db: Db, host: string): Promise<Authority | undefined> =>
  db.selectFrom('authority').selectAll().where('host', '=', host).executeTakeFirst();

export const authorityById = (db: Db, id: string): Promise<Authority | undefined> =>
  db.selectFrom('authority').selectAll().where('id', '=', id).executeTakeFirst();

export const activePersonByEmail = (db: Db, authorityId: string, email: string): Promise<Person | undefined> =>
  db
    .selectFrom('person')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('email', '=', email)
    .where('is_active', '=', 1)
    .executeTakeFirst();

export const activePersonById = (db: Db, authorityId: string, id: string): Promise<Person | undefined> =>
  db
    .selectFrom('person')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('id', '=', id)
    .where('is_active', '=', 1)
    .executeTakeFirst();

export async function rolesOf(db: Db, authorityId: string, personId: string): Promise<string[]> {
  return (await rolesHeld(db, { authorityId, personId })).map(({ role }) => role);
}
const rolesHeld = prepared((db, { authorityId, personId }: { authorityId: string; personId: string }) =>
  db
    .selectFrom('membership')
    .select('role')
    .distinct()
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .orderBy('role'),
);

export const deviceById = (db: Db, id: string): Promise<Device | undefined> => deviceOfId(db, { id });
const deviceOfId = preparedOne((db, { id }: { id: string }) =>
  db.selectFrom('device').selectAll().where('id', '=', id),
);

export async function insertDevice(tx: Tx, device: Insertable<DeviceTable>): Promise<void> {
  await tx.insertInto('device').values(device).execute();
}

export async function insertPeople(tx: Tx, rows: PeopleRows): Promise<void> {
  await tx.insertInto('authority').values(rows.authority).execute();
  if (rows.organisations.length > 0)
    await tx
      .insertInto('organisation')
      .values([...rows.organisations])
      .execute();
  if (rows.people.length > 0)
    await tx
      .insertInto('person')
      .values([...rows.people])
      .execute();
  if (rows.memberships.length > 0)
    await tx
      .insertInto('membership')
      .values([...rows.memberships])
      .execute();
}

/** Nothing of the account works any more. */
export async function closePerson(tx: Tx, authorityId: string, personId: string, at: number): Promise<void> {
  await tx
    .updateTable('person')
    .set({ is_active: 0 })
    .where('authority_id', '=', authorityId)
    .where('id', '=', personId)
    .execute();
  note(tx, { is: 'ended', what: 'account', id: personId, at });
}

/** How many there were. */
export async function endMemberships(
  tx: Tx,
  { authorityId, personId, role }: { authorityId: string; personId: string; role: string },
  at: number,
): Promise<number> {
  const ended = await tx
    .updateTable('membership')
    .set({ ended_at: at })
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('role', '=', role)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  for (const { id } of ended) note(tx, { is: 'ended', what: 'membership', id, at });
  return ended.length;
}

/** How many there were. */
export async function revokeDevices(tx: Tx, authorityId: string, personId: string, at: number): Promise<number> {
  const revoked = await tx
    .updateTable('device')
    .set({ revoked_at: at })
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  for (const { id } of revoked) note(tx, { is: 'ended', what: 'device', id, at });
  return revoked.length;
}

/** Organisations of these kinds, by name. */
export const organisationsOfKinds = (
  db: Db,
  authorityId: string,
  kinds: readonly string[],
): Promise<Selectable<OrganisationTable>[]> =>
  db
    .selectFrom('organisation')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('kind', 'in', [...kinds])
    .orderBy('name')
    .orderBy('id')
    .execute();

export const settingValue = async (db: Db, key: string): Promise<string | undefined> =>
  (await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst())?.value;

export async function insertSetting(tx: Tx, key: string, value: string): Promise<void> {
  await tx.insertInto('setting').values({ key, value }).execute();
}
