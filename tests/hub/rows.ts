/** Rows for tests of the storage: an authority with a person, a device and a document of its own, and rows beside them. */
import type { Selectable } from 'kysely';
import type { PenId } from '#sync/model/ids.ts';
import type { Storage } from '#server/storage/database.ts';
import type { AttachmentRow } from '#server/storage/attachments.ts';
import { insertDocument, savePen } from '#server/storage/documents.ts';
import type { LogRow } from '#server/storage/log.ts';
import type { MineRow } from '#server/storage/mine.ts';
import { insertDevice, insertPeople } from '#server/storage/people.ts';
import type { DocumentTable, PersonTable } from '#server/storage/schema.ts';
import { newId } from './sync-hub.ts';

/** An instant of today: no longer a number of 32 bits. */
export const now = Date.UTC(2026, 5, 1, 9);

export interface Ground {
  readonly authority: string;
  readonly person: string;
  readonly device: string;
  readonly doc: string;
  readonly pen: PenId;
}

export async function lay(storage: Storage): Promise<Ground> {
  const ground = { authority: newId(), person: newId(), device: newId(), doc: newId(), pen: newId<PenId>() };
  await storage.write(async (tx) => {
    await insertPeople(tx, {
      authority: { id: ground.authority, name: 'Authority', host: ground.authority, created_at: now },
      organisations: [],
      people: [personRow(ground, ground.person)],
      memberships: [],
    });
    await insertDevice(tx, {
      id: ground.device,
      authority_id: ground.authority,
      person_id: ground.person,
      public_key: 'key',
      last_stamp: 0,
      created_at: now,
      revoked_at: null,
    });
    await insertDocument(tx, documentRow(ground, ground.doc));
    await savePen(tx, {
      id: ground.pen,
      authority_id: ground.authority,
      document_id: ground.doc,
      person_id: ground.person,
      device_id: ground.device,
      client_id: 2 ** 32 - 1,
      n: 0,
      created_at: now,
    });
  });
  return ground;
}

export const personRow = (
  { authority }: Pick<Ground, 'authority'>,
  id: string,
  rest: Partial<Selectable<PersonTable>> = {},
): Selectable<PersonTable> => ({
  id,
  authority_id: authority,
  email: `${id}@hub.example`,
  name: 'A person',
  phone: '',
  password_hash: '',
  is_active: 1,
  created_at: now,
  rights_seq: 0,
  ...rest,
});

export const documentRow = (
  { authority, person }: Ground,
  id: string,
  rest: Partial<DocumentTable> = {},
): DocumentTable => ({
  id,
  authority_id: authority,
  kind: 'request',
  form: 1,
  stage: 'draft',
  starter_id: person,
  case_number: null,
  received_on: null,
  submitted_at: null,
  submitted_by: null,
  created_at: now,
  updated_at: now,
  seq: 1,
  ...rest,
});

export const logRow = ({ authority, person, device, doc, pen }: Ground, rest: Partial<LogRow> = {}): LogRow => ({
  authority_id: authority,
  document_id: doc,
  person_id: person,
  device_id: device,
  pen,
  n_first: 1,
  n_last: 2,
  base: '{}',
  edits: '[[1,"set","child","first_name","A",0]]',
  stamps: `[${String(now)}]`,
  verdicts: '[]',
  form: 1,
  trial: 0,
  at: now,
  seq: 1,
  ...rest,
});

export const mineRow = ({ authority, person, doc, pen }: Ground, rest: Partial<MineRow> = {}): MineRow => ({
  id: newId(),
  authority_id: authority,
  document_id: doc,
  person_id: person,
  what: 'parked',
  reason: null,
  holder: 'child',
  field: 'first_name',
  section: 'child',
  edit: `${pen}.1`,
  value: '"A"',
  standing: null,
  by_person: null,
  at: now,
  done: null,
  seq: 1,
  ...rest,
});

export const attachmentRow = (
  { authority, person, doc }: Ground,
  rest: Partial<AttachmentRow> = {},
): AttachmentRow => ({
  id: newId(),
  authority_id: authority,
  document_id: doc,
  section: 'documents',
  person_id: person,
  name: 'letter.pdf',
  type: 'application/pdf',
  size_bytes: 2 ** 33,
  sha256: 'hash',
  category: 'other',
  dated_on: null,
  state: 'arriving',
  reason: null,
  stored_as: 'stored',
  received_bytes: 0,
  copy_bytes: null,
  spare_as: null,
  at: now,
  gone_at: null,
  seq: 1,
  ...rest,
});
