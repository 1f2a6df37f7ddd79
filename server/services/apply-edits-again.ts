/**
 * An edit that was accepted in a time that a server which was put back has lost. The second place knows it by its name
 * and the hash of its body, so nobody can pass new words for old ones into what is closed.
 */
import type { Kysely } from 'kysely';
import type { PlacedEdit } from '#sync/model/edit.ts';
import { editId } from '#sync/model/ids.ts';
import { hashOfEdit } from '#server/storage/notes.ts';
import { remembered } from '#server/storage/restored.ts';
import type { Tables } from '#server/storage/schema.ts';
import { keepSnapshot } from './commands/submit-snapshot.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import type { Keys } from './keys.ts';

export async function wasTaken(db: Kysely<Tables>, edit: PlacedEdit): Promise<boolean> {
  const { n, kind, holder, field, value, made } = edit;
  const known = await remembered(db, 'edit', editId(edit.pen, n));
  return known?.detail === hashOfEdit([n, kind, holder, field, value, made]);
}

/** What was sent is kept once more as it was when it was sent, now that more of it is here again. */
export async function keepAnewWhatWasSent(batch: Batch, document: OpenDocument, keys: Keys, at: number): Promise<void> {
  const { submitted_by: by } = document.row;
  if (by !== null) await keepSnapshot({ batch, document, keys, at, by, reason: 'restored' });
}
