/** The chain of what was done: rows can be added, and nothing else. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { preparedInsert } from './prepared.ts';
import type { AuditTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type AuditRow = Selectable<AuditTable>;

export const insertAudit: (tx: Tx, row: Insertable<AuditTable>) => Promise<void> = preparedInsert('audit');

export const auditAfter = (db: Db, authorityId: string, id: number, limit: number): Promise<AuditRow[]> =>
  db
    .selectFrom('audit')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('id', '>', id)
    .orderBy('id')
    .limit(limit)
    .execute();

export const isAudited = async (
  db: Db,
  documentId: string,
  actor: string,
  action: string,
  since: number,
): Promise<boolean> =>
  (await db
    .selectFrom('audit')
    .select('id')
    .where('document_id', '=', documentId)
    .where('at', '>=', since)
    .where('actor', '=', actor)
    .where('action', '=', action)
    .executeTakeFirst()) !== undefined;
