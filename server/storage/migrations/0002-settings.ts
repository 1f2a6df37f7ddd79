import type { Kysely } from 'kysely';

/** What a person is shown to know a school, nursery or college by, besides its name. The address is JSON, one text a line of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('organisation').addColumn('establishment_type', 'text').execute();
  await db.schema.alterTable('organisation').addColumn('address', 'text').execute();
}
