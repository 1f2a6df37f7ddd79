/**
 * Announces a file: what it is called, how large it is and the hash of all of it, before any of it travels. What was
 * announced before a document was sent belongs to it, so its bytes may still come while the authority reads already.
 */
import { documentCategories } from '#sync/codes/document-categories.ts';
import { fieldTypes } from '#sync/field-types/index.ts';
import { dayBytesMax, documentBytesMax, kindOfFile, refusalOfFile } from '#sync/files/allowed-files.ts';
import { declaredFile, type DeclaredFile } from '#sync/files/attachment.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { attachmentById, attachmentsOf, bytesOfPerson, type AttachmentRow } from '#server/storage/attachments.ts';
import { closedFor, sectionRights } from '../viewer.ts';
import { done, onDocument, refused, type OnDocument } from './command.ts';

export const addFile = onDocument({
  name: 'add-file',
  args: declaredFile,
  async run(facts) {
    const { batch, reader, document, args, at } = facts;
    const known = document.attachments.get(args.id) ?? (await attachmentById(batch.tx, args.id));
    if (known !== undefined) return isSame(known, facts) ? done() : refused('id-taken');
    if (!takesFiles(document.form, args.section)) return refused('unknown-field');
    if (!mayAdd(facts, args.section)) return refused(closedFor(reader, document, args.section) ?? 'not-allowed');
    const refusal = refusalOfFile(args);
    if (refusal !== undefined) return refused(refusal);
    if (kindOfFile(args.name)?.type !== args.type) return refused('file-type');
    if (takesPicturesAlone(document.form, args.section) && kindOfFile(args.name)?.group !== 'picture')
      return refused('file-not-picture');
    if (!isCategory(args.category)) return refused('invalid-value');

    const sizes = await sizesBefore(facts);
    if (sizes.ofDocument + args.sizeBytes > documentBytesMax) return refused('file-document-limit');
    if (sizes.ofPerson + args.sizeBytes > dayBytesMax) return refused('file-day-limit');
    document.attachments.set(args.id, {
      id: args.id,
      authority_id: reader.authority,
      document_id: document.row.id,
      section: args.section,
      person_id: reader.person,
      name: args.name,
      type: args.type,
      size_bytes: args.sizeBytes,
      sha256: args.hash,
      category: args.category,
      dated_on: args.datedOn ?? null,
      state: 'arriving',
      reason: null,
      // Nothing in the store tells whose a file is or what it is called.
      stored_as: Buffer.from(batch.ports.random(16)).toString('hex'),
      received_bytes: 0,
      copy_bytes: null,
      spare_as: null,
      at,
      gone_at: null,
    });
    return done();
  },
});
const dayMs = 24 * 60 * 60_000;

/** With what this same transaction has announced and not written yet. */
async function sizesBefore({ batch, reader, document, at }: OnDocument<DeclaredFile>) {
  const stored = new Map((await attachmentsOf(batch.tx, document.row.id)).map((row) => [row.id, row]));
  const added = [...document.attachments.values()].filter((row) => !stored.has(row.id));
  const standing = [...added, ...[...stored.values()].map((row) => document.attachments.get(row.id) ?? row)];
  const sum = (rows: readonly Omit<AttachmentRow, 'seq'>[]) => rows.reduce((total, row) => total + row.size_bytes, 0);
  return {
    ofDocument: sum(standing.filter((row) => row.gone_at === null && row.state !== 'refused')),
    ofPerson: (await bytesOfPerson(batch.tx, reader.person, at - dayMs)) + sum(added),
  };
}

/** Sent again under another command's name, it is still the same file. */
const isSame = (row: Omit<AttachmentRow, 'seq'>, { reader, document, args }: OnDocument<DeclaredFile>): boolean =>
  row.person_id === reader.person &&
  row.document_id === document.row.id &&
  row.section === args.section &&
  row.name === args.name &&
  row.size_bytes === args.sizeBytes &&
  row.sha256 === args.hash;

const takesFiles = (form: FormDefinition, section: SectionKey): boolean =>
  Object.values(form.sections[section]?.fields ?? {}).some((field) => fieldTypes[field.type]?.printFiles !== undefined);

const takesPicturesAlone = (form: FormDefinition, section: SectionKey): boolean =>
  Object.values(form.sections[section]?.fields ?? {}).some(({ only }) => only === 'image');

export const takesOneFile = (form: FormDefinition, section: SectionKey): boolean =>
  Object.values(form.sections[section]?.fields ?? {}).some(({ maxFiles }) => maxFiles === 1);

export const isCategory = (category: string): boolean => documentCategories.codes.some(({ key }) => key === category);

export const mayAdd = ({ reader, document, may }: OnDocument<unknown>, section: SectionKey): boolean =>
  document.row.stage === 'draft' &&
  may.includes('upload') &&
  sectionRights(reader, document)(section).includes('write');
