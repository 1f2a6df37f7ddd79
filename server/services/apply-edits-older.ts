/** Edits of an earlier version of the form than their document's: upgraded before they are judged, logged as they came. */
import type { Kysely } from 'kysely';
import type { PlacedEdit } from '#sync/model/edit.ts';
import type { Holder } from '#sync/model/ids.ts';
import { verdictKinds, type Verdict } from '#sync/model/verdict.ts';
import { becameAt, upgradedEdits } from '#sync/fold/upgrade.ts';
import type { Run } from '#sync/protocol/push.ts';
import { documentById } from '#server/storage/documents.ts';
import type { Tables } from '#server/storage/schema.ts';
import { loadState } from '#server/storage/sections.ts';
import { formOfDocument, type Forms } from './forms.ts';
import type { OpenDocument } from './group-commit-batch.ts';

/** Undefined where the value was no answer in the version that it was given in. */
export function partsOfEdit(
  forms: Forms,
  { row, form, state }: OpenDocument,
  drawn: number,
  edit: PlacedEdit,
): readonly PlacedEdit[] | undefined {
  if (drawn >= form.version) return [edit];
  return upgradedEdits({ past: forms.pastOf(row.kind), from: drawn, form }, state, edit);
}

/** What a field is called in its document by now. Only for a run of an earlier version is anything asked for it. */
export async function namesNow(
  db: Kysely<Tables>,
  forms: Forms,
  authority: string,
  { doc, form: drawn }: Pick<Run, 'doc' | 'form'>,
): Promise<(holder: Holder, field: string) => string> {
  const isOlder = forms.kinds.some((kind) => drawn < (forms.formOf(kind)?.version ?? 0));
  const row = isOlder ? await documentById(db, authority, doc) : undefined;
  const form = row && drawn < row.form ? formOfDocument(forms, row) : undefined;
  if (row === undefined || form === undefined) return (_, field) => field;
  const { state } = await loadState(db, doc);
  const upgrading = { past: forms.pastOf(row.kind), from: drawn, form };
  return (holder, field) => becameAt(upgrading, state, holder, field)[0]?.[0] ?? field;
}

/** Its author hears the least good of what became of its parts: then all of it is shown to them, as they wrote it. */
export function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  if (first === undefined) throw new Error('an edit came to nothing');
  return others.reduce((worst, one) => (rank(one) > rank(worst) ? one : worst), first);
}
const rank = ({ is }: Verdict): number => verdictKinds.indexOf(is);
