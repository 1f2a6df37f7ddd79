/**
 * Every table and column by name, as Kysely sees them. Column names equal the names used from the screen down.
 * Types hold for both databases: booleans are 0 and 1, instants are milliseconds since 1970, JSON is text.
 */
import type { Generated } from 'kysely';
import type {
  AuthorityTable,
  OrganisationTable,
  PersonTable,
  MembershipTable,
  DeviceTable,
  SessionTable,
  SignInTable,
  CodeSendTable,
} from './schema-people.ts';

export type * from './schema-people.ts';

export interface Tables {
  authority: AuthorityTable;
  organisation: OrganisationTable;
  person: PersonTable;
  membership: MembershipTable;
  device: DeviceTable;
  session: SessionTable;
  sign_in: SignInTable;
  code_send: CodeSendTable;
  pen: PenTable;
  document: DocumentTable;
  holding: HoldingTable;
  share: ShareTable;
  section: SectionTable;
  field: FieldTable;
  item: ItemTable;
  text: TextTable;
  version: VersionTable;
  snapshot: SnapshotTable;
  log: LogTable;
  command: CommandTable;
  mine: MineTable;
  event: EventTable;
  attachment: AttachmentTable;
  message: MessageTable;
  delivered: DeliveredTable;
  feed: FeedTable;
  feed_head: FeedHeadTable;
  feed_mark: FeedMarkTable;
  audit: AuditTable;
  case_counter: CaseCounterTable;
  setting: SettingTable;
  second_place: SecondPlaceTable;
  migration: MigrationTable;
}

export interface PenTable {
  id: string;
  authority_id: string;
  document_id: string;
  person_id: string;
  device_id: string;
  client_id: number;
  n: number;
  created_at: number;
}
export interface DocumentTable {
  id: string;
  authority_id: string;
  kind: string;
  form: number;
  stage: string;
  starter_id: string;
  case_number: string | null;
  received_on: string | null;
  submitted_at: number | null;
  submitted_by: string | null;
  created_at: number;
  updated_at: number;
  seq: number;
}
/** Which documents of an authority's lists a device keeps whole. */
export interface HoldingTable {
  device_id: string;
  document_id: string;
  authority_id: string;
  since: number;
}
export interface ShareTable {
  id: string;
  authority_id: string;
  document_id: string;
  person_id: string;
  access: string;
  shared_by: string;
  shared_at: number;
  ended_at: number | null;
  seq: number;
}
/** `updated_at` is the time of the last accepted edit: what a reader of this section may know of «last changed». */
export interface SectionTable {
  document_id: string;
  authority_id: string;
  section: string;
  ver: number;
  updated_at: number;
  seq: number;
  /** Where it stood when a backup was put back; null where none was, or where it began later. */
  restored_ver: Generated<number | null>;
}
export interface FieldTable {
  document_id: string;
  authority_id: string;
  section: string;
  holder: string;
  field: string;
  /** JSON. */ value: string;
  base: string;
  sides: string;
  conflict: string | null;
  ver: number;
  at: number;
  seq: number;
}
export interface ItemTable {
  document_id: string;
  authority_id: string;
  id: string;
  section: string;
  holder: string;
  list: string;
  item_order: string;
  ver: number;
  device_id: string;
  person_id: string;
  other_ver: number;
  gone: string | null;
  at: number;
  seq: number;
}
export interface TextTable {
  document_id: string;
  authority_id: string;
  section: string;
  holder: string;
  field: string;
  state: Uint8Array;
  tree: string;
  ver: number;
  other_ver: number;
  device_id: string | null;
  person_id: string | null;
  at: number;
  seq: number;
}
/** Earlier trees of a rich text: one at each change of author, pause of ten minutes, submit. */
export interface VersionTable {
  id: Generated<number>;
  document_id: string;
  authority_id: string;
  section: string;
  holder: string;
  field: string;
  tree: string;
  person_id: string;
  at: number;
}
/** What people saw when a document was submitted: never changed. */
export interface SnapshotTable {
  id: string;
  document_id: string;
  authority_id: string;
  reason: string;
  outline: string;
  content: string;
  hash: string;
  receipt: string | null;
  made_by: string;
  made_at: number;
}
/**
 * One row a push and document: the edits as they came, their stamps and verdicts. What could not be judged then is
 * tried again later; each `trial` is a row of its own, and the latest verdict of an edit counts.
 */
export interface LogTable {
  id: Generated<number>;
  authority_id: string;
  document_id: string;
  person_id: string;
  device_id: string;
  pen: string;
  n_first: number;
  n_last: number;
  base: string;
  edits: string;
  stamps: string;
  verdicts: string;
  /** The version of the form that the author's app was drawing. */
  form: number;
  trial: number;
  at: number;
  seq: number;
}
export interface CommandTable {
  id: string;
  authority_id: string;
  document_id: string;
  person_id: string;
  device_id: string;
  name: string;
  body: string;
  verdict: string;
  at: number;
}
/** What a person must be told about their own words: parked, overtaken, an item that came back. */
export interface MineTable {
  id: string;
  authority_id: string;
  document_id: string;
  person_id: string;
  what: string;
  reason: string | null;
  holder: string;
  field: string;
  section: string;
  edit: string;
  value: string;
  standing: string | null;
  by_person: string | null;
  at: number;
  done: string | null;
  seq: number;
}
export interface EventTable {
  id: string;
  authority_id: string;
  document_id: string;
  what: string;
  person_id: string;
  args: string;
  at: number;
  seq: number;
}
export interface AttachmentTable {
  id: string;
  authority_id: string;
  document_id: string;
  section: string;
  person_id: string;
  name: string;
  type: string;
  size_bytes: number;
  sha256: string;
  category: string;
  dated_on: string | null;
  state: string;
  reason: string | null;
  /** Where in the store lies what came, and later what is handed out. */
  stored_as: string;
  received_bytes: number;
  /** Of the copy that is handed out in place of what came. */
  copy_bytes: number | null;
  /** Lies in the store as well and is read by nobody: a copy that is being made, or what came before it. */
  spare_as: string | null;
  at: number;
  gone_at: number | null;
  seq: number;
}
/** Messages to send, written in the transaction that causes them. */
export interface MessageTable {
  id: string;
  authority_id: string;
  template: string;
  channel: string;
  to_person: string | null;
  to_address: string;
  args: string;
  state: string;
  tries: number;
  not_before: number;
  last_error: string | null;
  made_at: number;
  sent_at: number | null;
}
/** Demonstration mode only: what the carriers would have delivered. */
export interface DeliveredTable {
  id: Generated<number>;
  authority_id: string;
  channel: string;
  to_address: string;
  subject: string;
  body: string;
  at: number;
}
/**
 * Which documents changed, in order of commit. `what`: `change`; `stage:<the stage left>` and `rights`, which may
 * change everybody's rights; and for one person alone `show`, `hide`, `mine`.
 */
export interface FeedTable {
  seq: number;
  authority_id: string;
  document_id: string;
  person_id: string | null;
  what: string;
}
/** One row an authority, locked until commit: commit order is seq order. `mark` is a fresh random number of each commit. */
export interface FeedHeadTable {
  authority_id: string;
  seq: number;
  mark: number;
  epoch: number;
  audit_hash: string;
  /** When a backup was put back last; null where none ever was. */
  restored_at: Generated<number | null>;
}
/** The mark of each commit, so that a replaced history shows itself even when it has grown past a cursor again. */
export interface FeedMarkTable {
  authority_id: string;
  seq: number;
  mark: number;
}
export interface AuditTable {
  id: Generated<number>;
  authority_id: string;
  seq: number;
  at: number;
  actor: string | null;
  device_id: string | null;
  action: string;
  document_id: string | null;
  detail: string;
  previous: string;
  hash: string;
}
export interface CaseCounterTable {
  authority_id: string;
  year: number;
  last: number;
}
/** Facts of this installation: made secrets of the demonstration, the schema's birth. */
export interface SettingTable {
  key: string;
  value: string;
}
/**
 * What the second place told when a backup was put back, of rows that the database did not have: `share`, `device` and
 * `sent` by their ids, and `edit` by pen and number with the hash of its body.
 */
export interface SecondPlaceTable {
  what: string;
  id: string;
  detail: string;
  at: number;
}
/** Which steps of `migrations/` this database has taken. */
export interface MigrationTable {
  name: string;
}
