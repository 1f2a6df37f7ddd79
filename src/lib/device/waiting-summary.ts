/** The line of a document with one's own waiting words in it. Apart from the rest, because a first list does without the fold. */
import { formLoaders } from '#sync/forms/index.ts';
import { addressOf } from '#sync/model/ids.ts';
import type { DocumentState } from '#sync/model/state.ts';
import type { Account } from './account.ts';
import { contentsOf, summaryFields, summaryHolder, type Contents } from './document-state.ts';
import { waitingOf } from './document-views.ts';
import { foldWaiting, placed } from './fold-waiting.ts';
import type { ListedDocument } from './hub.ts';
import { docRefOf, placeOfField, type KeptDocument, type QueuedEdit } from './records.ts';
import { stateOfContents } from './state-of-contents.ts';

export async function waitingSummary(
  account: Account,
  contents: Contents,
  { doc, kind, summary }: KeptDocument,
  edits: readonly QueuedEdit[],
): Promise<ListedDocument['summary']> {
  const form = await formLoaders[kind]?.();
  if (form === undefined) return summary;
  const { store } = account;
  const keys = await Promise.all(
    summaryFields.map((field) => store.ref('fields', placeOfField(doc, summaryHolder, field))),
  );
  const { rows } = await store.read(await docRefOf(store, doc), { rows: keys.map((key) => ['fields', key] as const) });
  const state = stateOfContents({ ...contents, fields: contentsOf(rows).fields });
  foldWaiting(
    state,
    form,
    waitingOf({ edits, commands: [] }, [], '' as never).edits.map((edit) => placed(account, edit)),
  );
  return summaryOf(state, summary);
}

export function summaryOf(state: DocumentState, before: ListedDocument['summary']): ListedDocument['summary'] {
  const valueOf = (field: string) => {
    const value = state.fields.get(addressOf(summaryHolder, field))?.value;
    return typeof value === 'string' ? value : '';
  };
  const name = `${valueOf('first_name')} ${valueOf('last_name')}`.trim();
  const bornOn = valueOf('dob');
  return {
    name: name === '' ? before.name : name,
    ...(bornOn !== '' ? { bornOn } : before.bornOn !== undefined && { bornOn: before.bornOn }),
  };
}
