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

/** The newest entry of each authority. */
export const lastAudits = (db: Db): Promise<Pick<AuditRow, 'authority_id' | 'id' | 'hash'>[]> =>
  db
    .selectFrom('audit')
    .select(['authority_id', 'id', 'hash'])
    .where('id', 'in', (of) =>
      of
        .selectFrom('audit')
        .select((max) => max.fn.max('id').as('id'))
        .groupBy('authority_id'),
    )
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
