/** One's own row of `mine`, whether it was written a moment ago in this commit or stands in the database. */
import * as z from 'zod/mini';
import { idPattern } from '#sync/model/ids.ts';
import { mineById, type MineRow } from '#server/storage/mine.ts';
import type { OnDocument } from './command.ts';

export const ownWordsArgs = z.strictObject({ id: z.string().check(z.regex(idPattern)) });

export async function ownWords({
  batch,
  document,
  reader,
  args,
}: OnDocument<{ id: string }>): Promise<Omit<MineRow, 'seq'> | undefined> {
  const row = document.mine.get(args.id) ?? (await mineById(batch.tx, reader.person, args.id));
  return row?.person_id === reader.person && row.document_id === document.row.id ? row : undefined;
}

export function settleOwnWords(
  document: OnDocument<unknown>['document'],
  row: Omit<MineRow, 'seq'>,
  how: string,
): void {
  document.mine.set(row.id, { ...row, done: how });
}
