/**
 * What a database that was put back must know of the time that it lost: how far each section had come when it was put
 * back (an author who had seen more saw what is not there any more), and what the second place tells of rows that it
 * does not have itself.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('section').addColumn('restored_ver', 'bigint').execute();
  await db.schema.alterTable('feed_head').addColumn('restored_at', 'bigint').execute();
  await db.schema
    .createTable('second_place')
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('second_place_key', ['what', 'id'])
    .execute();
}
