/**
 * The log says by which version of the form an edit was made, so that what a newer app sent can be tried again when the
 * server knows that version; and each trial is a row of its own, because the log is only added to.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What was logged before is of the one version that there was.
  await db.schema
    .alterTable('log')
    .addColumn('form', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable('log')
    .addColumn('trial', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.dropIndex('log_pen').execute();
  await db.schema.createIndex('log_pen').on('log').columns(['pen', 'n_first', 'trial']).unique().execute();
  await db.schema.createIndex('mine_reason').on('mine').columns(['reason']).execute();
}
