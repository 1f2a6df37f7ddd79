/**
 * A picture is handed out as a copy that was drawn anew: how long that is (no length: what came is what is handed out),
 * and under which other name something of the file lies in the store that has to go, whatever a stop comes between.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('attachment').addColumn('copy_bytes', 'bigint').execute();
  await db.schema.alterTable('attachment').addColumn('spare_as', 'text').execute();
}
