/**
 * A document goes on in a newer version of its form when the first app that draws that version writes in it. Until then
 * apps of the version before write in it as ever; from then on they read it, send what they hold, and their edits are
 * upgraded as they arrive. It is one transaction with an entry in the audit; the log keeps every edit as it was sent,
 * and what was submitted keeps the version in which it was.
 */
import { settlement, type Json } from '#sync/model/edit.ts';
import { makeId, type DocumentId, type Holder } from '#sync/model/ids.ts';
import { locate } from '#sync/forms/locate.ts';
import { upgradedEdits, upgradeState, type Upgrading } from '#sync/fold/upgrade.ts';
import type { Push } from '#sync/protocol/push.ts';
import { documentById } from '#server/storage/documents.ts';
import { judgedIn, type MineRow } from '#server/storage/mine.ts';
import { removeFields, renameTexts } from '#server/storage/sections.ts';
import { sharesOf } from '#server/storage/shares.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import type { Sync } from './sync.ts';
import { mayIn, type Reader } from './viewer.ts';

/** The version that each document of a push is drawn by where it was written. */
export function drawnVersions({ runs, commands }: Pick<Push, 'runs' | 'commands'>): Map<DocumentId, number> {
  const drawn = new Map<DocumentId, number>();
  const note = (doc: DocumentId, form: unknown) => {
    if (typeof form === 'number' && form > (drawn.get(doc) ?? 1)) drawn.set(doc, form);
  };
  for (const { doc, form } of runs) note(doc, form);
  for (const { doc, name, args } of commands) if (name === 'submit') note(doc, args.form);
  return drawn;
}

/** Where the reader may write, in a version that is known here. */
export async function upgradeDrawn(sync: Sync, reader: Reader, drawn: ReadonlyMap<DocumentId, number>): Promise<void> {
  const { storage, forms } = sync;
  for (const [doc, to] of drawn) {
    const row = await documentById(storage.db, reader.authority, doc);
    if (row === undefined || row.form >= to || forms.formOf(row.kind, to) === undefined) continue;
    if (mayIn(reader, row, await sharesOf(storage.db, doc)).includes('write'))
      await upgradeDocument(sync, reader, doc, to);
  }
}

export async function upgradeDocument(
  { commits, forms, ports }: Pick<Sync, 'commits' | 'forms' | 'ports'>,
  { authority, person, device }: Reader,
  doc: DocumentId,
  to: number,
): Promise<void> {
  await commits.commit([doc], async (batch) => {
    const document = await batch.open(authority, doc);
    const form = document && forms.formOf(document.row.kind, to);
    if (document === undefined || form === undefined) return;
    const { row } = document;
    if (row.form >= to || row.stage !== 'draft') return;
    const from = row.form;
    const upgrading = { past: forms.pastOf(row.kind), from, form };
    await upgradeWords(batch, document, upgrading);
    await upgradeAnswers(batch, document, upgrading);
    row.form = to;
    document.form = form;
    document.isRowChanged = true;
    // Everything is sent anew to everybody: also what may be seen can follow from an answer that has another name now.
    document.hasChangedRights = true;
    batch.audit(authority, {
      ...{ at: ports.now(), actor: person, deviceId: device },
      ...{ action: 'document.upgraded', documentId: doc, detail: { from, to } },
    });
  });
}

async function upgradeAnswers(batch: Batch, document: OpenDocument, upgrading: Upgrading): Promise<void> {
  const { row, state, touched, textAt } = document;
  const { fields, texts } = upgradeState(state, upgrading);
  await removeFields(batch.tx, row.id, fields.left);
  await renameTexts(batch.tx, row.id, texts);
  for (const address of fields.touched) touched.fields.add(address);
  const before = new Map(textAt);
  const written = new Set(touched.texts);
  for (const [from] of texts) textAt.delete(from);
  for (const [from, to] of texts) {
    const at = before.get(from);
    if (at !== undefined) textAt.set(to, at);
    // Written in this very transaction: it is not on the disk yet under either name.
    if (written.has(from)) touched.texts.add(to);
  }
}

/** Words that stand beside the document: its people are told of them by the names that their questions have now. */
async function upgradeWords(batch: Batch, document: OpenDocument, upgrading: Upgrading): Promise<void> {
  const rows = new Map<string, Omit<MineRow, 'seq'>>();
  for (const row of await judgedIn(batch.tx, document.row.id)) rows.set(row.id, row);
  for (const row of document.mine.values())
    if (row.reason !== 'newer-app' && row.reason !== 'gap') rows.set(row.id, row);
  for (const row of rows.values()) {
    const values = upgradedWords(document, upgrading, row, row.value);
    const standing = row.standing === null ? undefined : upgradedWords(document, upgrading, row, row.standing);
    for (const [at, { field, value }] of values.entries()) {
      if (field === row.field && value === row.value) continue;
      const id = at === 0 ? row.id : makeId<string>(batch.ports.random);
      document.mine.set(id, { ...row, id, field, value, standing: standing?.[at]?.value ?? row.standing });
    }
  }
}

function upgradedWords(
  { form, state }: OpenDocument,
  upgrading: Upgrading,
  row: Pick<MineRow, 'holder' | 'field'>,
  words: string,
): readonly { readonly field: string; readonly value: string }[] {
  const value = JSON.parse(words) as Json;
  const holder = row.holder as Holder;
  const isText = locate(form, state, holder, row.field)?.definition.rule === 'text';
  const kind = isText ? 'text' : settlement(value) === undefined ? 'set' : 'settle';
  const parts = upgradedEdits(upgrading, state, { kind, holder, field: row.field, value });
  return (parts ?? [{ field: row.field, value }]).map((part) => ({
    field: part.field,
    value: JSON.stringify(part.value),
  }));
}
