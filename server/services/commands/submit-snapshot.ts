/** What people saw when they sent something: values, outline and the hash that the receipt names. It is never changed. */
import { makeId } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { DocumentState } from '#sync/model/state.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { attachmentsOf, type AttachmentRow } from '#server/storage/attachments.ts';
import { insertSnapshot } from '#server/storage/events.ts';
import { canonicalJson, sha256 } from '../audit.ts';
import type { Batch, OpenDocument } from '../group-commit-batch.ts';
import { hmac, type Keys } from '../keys.ts';

interface Facts {
  readonly batch: Batch;
  readonly document: OpenDocument;
  readonly keys: Pick<Keys, 'snapshot'>;
  readonly at: number;
  readonly by: string;
  /** `restored`: words that belong to it came back after the server was put back. */
  readonly reason: 'submitted' | 'restored';
}

export async function keepSnapshot({ batch, document, keys, at, by, reason }: Facts): Promise<string> {
  const { row, form, state } = document;
  const files = await filesOf(batch, document);
  const printed = (section: SectionKey) => files.filter((file) => file.section === section);
  const { labels, outlineOf } = batch.forms;
  const outline = outlineOf(form, state, labels, () => true, undefined, printed) as unknown as Json;
  const content: Json = {
    kind: row.kind,
    form: row.form,
    caseNumber: row.case_number,
    receivedOn: row.received_on,
    receivedAt: row.submitted_at,
    // The sender learns the hash: without this, guesses at what she may not see could be tried against it. The same
    // words received at the same instant have the same hash, so that a server which was put back can show that they are.
    salt: hmac(keys.snapshot, row.id, String(row.submitted_at)).slice(0, 16),
    ...contentOf(state),
    files: files as unknown as Json,
  };
  const hash = sha256(canonicalJson({ outline, content }));
  await insertSnapshot(batch.tx, {
    id: makeId(batch.ports.random),
    document_id: row.id,
    authority_id: row.authority_id,
    reason,
    outline: canonicalJson(outline),
    content: canonicalJson(content),
    hash,
    receipt: null,
    made_by: by,
    made_at: at,
  });
  return hash;
}

/** What was announced by now is sent with the rest; its hash says which bytes, also of a file that is still on its way. */
async function filesOf(batch: Batch, { row, attachments }: OpenDocument) {
  const rows = new Map<string, Omit<AttachmentRow, 'seq'>>();
  for (const one of await attachmentsOf(batch.tx, row.id)) rows.set(one.id, one);
  for (const one of attachments.values()) rows.set(one.id, one);
  return [...rows.values()]
    .filter((one) => one.gone_at === null && one.state !== 'refused')
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id, section, name, size_bytes: sizeBytes, sha256: hash, category, dated_on: datedOn }) => ({
      ...{ id, section, name, sizeBytes, hash, category },
      ...(datedOn !== null && { datedOn }),
    }));
}

/** The values themselves, by address: what later forms carry over from, and what a restore is checked against. */
function contentOf(state: DocumentState): Record<'fields' | 'texts' | 'items', Json> {
  const byKey = <Value>(entries: Iterable<[string, Value]>, write: (value: Value) => Json): Json =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, write(value)]));
  return {
    fields: byKey(state.fields, (field) => field.value),
    texts: byKey(state.texts, (text) => text.tree as unknown as Json),
    items: byKey(
      [...state.items].filter(([, item]) => item.gone === undefined),
      ({ section, holder, list, order }) => ({ section, holder, list, order }),
    ),
  };
}
