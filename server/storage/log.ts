/** The edit log: the edits as they came, their stamps and verdicts. It is only added to. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import type { WireEdit } from '#sync/protocol/push.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import { hashOfEdit, note } from './notes.ts';
import { prepared, preparedInsert } from './prepared.ts';
import type { CommandTable, LogTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type LogRow = Omit<Selectable<LogTable>, 'id'>;
export type CommandRow = Selectable<CommandTable>;

/** The rows that hold a pen's edits from `first` to `last`, a later trial after an earlier one. */
export const loggedByPen = (db: Db, pen: string, first: number, last: number): Promise<LogRow[]> =>
  logOfPen(db, { pen, first, last });
const logOfPen = prepared((db, { pen, first, last }: { pen: string; first: number; last: number }) =>
  db
    .selectFrom('log')
    .selectAll()
    .where('pen', '=', pen)
    .where('n_first', '<=', last)
    .where('n_last', '>=', first)
    .orderBy('id'),
);

/** In the order in which they were folded. */
export const logOf = (db: Db, documentId: string): Promise<LogRow[]> =>
  db.selectFrom('log').selectAll().where('document_id', '=', documentId).orderBy('id').execute();

export async function insertLog(tx: Tx, row: Insertable<LogTable>): Promise<void> {
  await addLog(tx, row);
  const verdicts = JSON.parse(row.verdicts) as Verdict[];
  const taken = (JSON.parse(row.edits) as WireEdit[]).flatMap((edit, at): [number, string][] =>
    verdicts[at] !== undefined && isAccepted(verdicts[at]) ? [[edit[0], hashOfEdit(edit)]] : [],
  );
  if (taken.length > 0) note(tx, { is: 'edits', pen: row.pen, at: row.at, taken });
}
const addLog = preparedInsert('log');

/** Every time that somebody's device noted that they opened it. */
export const openingsIn = (db: Db, documentId: string): Promise<Pick<CommandRow, 'person_id' | 'body' | 'at'>[]> =>
  db
    .selectFrom('command')
    .select(['person_id', 'body', 'at'])
    .where('document_id', '=', documentId)
    .where('name', '=', 'note-opening')
    .where('verdict', 'like', '%"done"%')
    .execute();

export const commandById = (db: Db, id: string): Promise<CommandRow | undefined> =>
  db.selectFrom('command').selectAll().where('id', '=', id).executeTakeFirst();

export async function insertCommand(tx: Tx, row: Insertable<CommandTable>): Promise<void> {
  await tx.insertInto('command').values(row).execute();
}
