/**
 * What one transaction changes. Everything is worked out in memory; rows that carry a sequence number are written at
 * the very end, after the number was taken under the row lock of `feed_head`: so commit order is sequence order, and
 * no cursor can pass a row that commits late. If any of it throws, all of it is forgotten.
 */
import type { Transaction } from 'kysely';
import type { FormDefinition } from '#sync/forms/define.ts';
import type { Address, ItemId, PersonId, SectionKey } from '#sync/model/ids.ts';
import { emptyDocumentState, type DocumentState } from '#sync/model/state.ts';
import { saveAttachment, type AttachmentRow } from '#server/storage/attachments.ts';
import { insertAudit } from '#server/storage/audit.ts';
import {
  documentById,
  insertDocument,
  isClientIdTaken,
  penById,
  savePen,
  updateDocument,
  type DocumentRow,
  type PenRow,
} from '#server/storage/documents.ts';
import { insertEvent, type EventRow } from '#server/storage/events.ts';
import { insertFeed, setAuditHash, takeSeq } from '#server/storage/feed.ts';
import { insertLog, type LogRow } from '#server/storage/log.ts';
import { saveMine, type MineRow } from '#server/storage/mine.ts';
import type { Tables } from '#server/storage/schema.ts';
import { loadState, saveState } from '#server/storage/sections.ts';
import { saveShare, sharesOf, type ShareRow } from '#server/storage/shares.ts';
import { lastStampOf, setLastStamp, setRightsSeq } from '#server/storage/viewers.ts';
import type { Ports } from '#server/ports.ts';
import { chain, type AuditEntry } from './audit.ts';
import { listedAs, type Concerns } from './feed.ts';
import { formOfDocument, type Forms } from './forms.ts';

export interface OpenDocument {
  readonly row: DocumentRow;
  /** Of the very version that the row names. */
  form: FormDefinition;
  readonly state: DocumentState;
  readonly textAt: Map<Address, number>;
  readonly shares: ShareRow[];
  readonly touched: { sections: Set<SectionKey>; fields: Set<Address>; items: Set<ItemId>; texts: Set<Address> };
  isRowChanged: boolean;
  /** An answer changed by which somebody hides a section from others. */
  hasChangedRights: boolean;
  readonly changedShares: Set<ShareRow>;
  /** Stages that it left: what a role alone gave may have changed for everyone. */
  readonly leftStages: Set<string>;
  /** People to whom it was opened, or from whom it was taken. */
  readonly rights: Map<PersonId, 'show' | 'hide'>;
  readonly log: Omit<LogRow, 'seq'>[];
  readonly mine: Map<string, Omit<MineRow, 'seq'>>;
  readonly events: Omit<EventRow, 'seq'>[];
  /** Files that were announced, have come on or were removed. */
  readonly attachments: Map<string, Omit<AttachmentRow, 'seq'>>;
}

export interface Commit {
  readonly authorityId: string;
  readonly seq: number;
  readonly concerns: Concerns;
}

export interface Batch {
  readonly tx: Transaction<Tables>;
  readonly ports: Ports;
  readonly forms: Forms;
  /** Enough to know whom the document concerns: as quick for one that is someone else's as for none at all. */
  glance(authorityId: string, documentId: string): Promise<Pick<OpenDocument, 'row' | 'shares'> | undefined>;
  open(authorityId: string, documentId: string): Promise<OpenDocument | undefined>;
  /** What is open already in this transaction. */
  opened(documentId: string): OpenDocument | undefined;
  start(row: DocumentRow): Promise<OpenDocument>;
  pen(id: string): Promise<PenRow | undefined>;
  savePen(pen: PenRow): void;
  /** Whether another pen in the document, also one of this transaction, writes under this Yjs client. */
  isClientIdTaken(documentId: string, clientId: number): Promise<boolean>;
  lastStamp(deviceId: string): Promise<number>;
  saveLastStamp(deviceId: string, stamp: number): void;
  audit(authorityId: string, entry: AuditEntry): void;
  /** Many of a person's rights changed at once: whatever a device knows of them is out of date. */
  raiseRights(authorityId: string, personId: string): void;
  finish(): Promise<Commit[]>;
}

export function openBatch(tx: Transaction<Tables>, ports: Ports, forms: Forms): Batch {
  const documents = new Map<string, OpenDocument>();
  const glances = new Map<string, Pick<OpenDocument, 'row' | 'shares'>>();
  const pens = new Map<string, PenRow | undefined>();
  const changedPens = new Set<string>();
  const stamps = new Map<string, number>();
  const audits: { authorityId: string; entry: AuditEntry }[] = [];
  const raised: { authorityId: string; personId: string }[] = [];

  const batch: Batch = {
    tx,
    ports,
    forms,
    async glance(authorityId, documentId) {
      const open = documents.get(documentId);
      if (open !== undefined) return open.row.authority_id === authorityId ? open : undefined;
      const known = glances.get(documentId);
      if (known !== undefined) return known.row.authority_id === authorityId ? known : undefined;
      const row = await documentById(tx, authorityId, documentId);
      const glance = row && { row, shares: await sharesOf(tx, documentId) };
      // What is not there for one authority may be there for another.
      if (glance !== undefined) glances.set(documentId, glance);
      return glance;
    },
    async open(authorityId, documentId) {
      if (!documents.has(documentId)) {
        const glance = await batch.glance(authorityId, documentId);
        if (glance === undefined) return undefined;
        const loaded = { ...(await loadState(tx, documentId)), shares: glance.shares };
        documents.set(documentId, opened(forms, glance.row, loaded));
      }
      const document = documents.get(documentId);
      return document?.row.authority_id === authorityId ? document : undefined;
    },
    opened: (documentId) => documents.get(documentId),
    async start(row) {
      await insertDocument(tx, row);
      const document = opened(forms, row, { state: emptyDocumentState(), textAt: new Map(), shares: [] });
      document.isRowChanged = true;
      documents.set(row.id, document);
      return document;
    },
    async pen(id) {
      if (!pens.has(id)) pens.set(id, await penById(tx, id));
      return pens.get(id);
    },
    savePen(pen) {
      pens.set(pen.id, pen);
      changedPens.add(pen.id);
    },
    async isClientIdTaken(documentId, clientId) {
      const isOfThis = (pen: PenRow | undefined) => pen?.document_id === documentId && pen.client_id === clientId;
      return [...pens.values()].some(isOfThis) || (await isClientIdTaken(tx, documentId, clientId));
    },
    lastStamp: async (deviceId) => stamps.get(deviceId) ?? (await lastStampOf(tx, deviceId)),
    saveLastStamp: (deviceId, stamp) => void stamps.set(deviceId, stamp),
    audit: (authorityId, entry) => void audits.push({ authorityId, entry }),
    raiseRights: (authorityId, personId) => void raised.push({ authorityId, personId }),
    async finish() {
      for (const id of changedPens) {
        const pen = pens.get(id);
        if (pen !== undefined) await savePen(tx, pen);
      }
      for (const [deviceId, stamp] of stamps) await setLastStamp(tx, deviceId, stamp);
      const open = [...documents.values()];
      const authorities = new Set([
        ...open.map((document) => document.row.authority_id),
        ...audits.map((one) => one.authorityId),
        ...raised.map((one) => one.authorityId),
      ]);
      const commits: Commit[] = [];
      for (const authorityId of [...authorities].sort()) {
        const commit = await finishAuthority(tx, ports, authorityId, {
          documents: open
            .filter((document) => document.row.authority_id === authorityId)
            .sort((a, b) => (a.row.id < b.row.id ? -1 : 1)),
          audits: audits.filter((one) => one.authorityId === authorityId).map((one) => one.entry),
          raised: raised.filter((one) => one.authorityId === authorityId).map((one) => one.personId),
        });
        if (commit !== undefined) commits.push(commit);
      }
      return commits;
    },
  };
  return batch;
}

interface Work {
  readonly documents: readonly OpenDocument[];
  readonly audits: readonly AuditEntry[];
  readonly raised: readonly string[];
}

/** Every row of one commit carries the same number, its last: a cursor only ever stands at the end of a commit. */
async function finishAuthority(
  tx: Transaction<Tables>,
  ports: Ports,
  authorityId: string,
  work: Work,
): Promise<Commit | undefined> {
  const feed = work.documents.flatMap(feedOf);
  const hasLog = work.documents.some((document) => document.log.length > 0);
  if (feed.length === 0 && work.audits.length === 0 && work.raised.length === 0 && !hasLog) return undefined;
  const count = Math.max(feed.length, work.raised.length > 0 ? 1 : 0);
  const head = await takeSeq(tx, authorityId, count, {
    mark: integerOf(ports.random(6)),
    epoch: integerOf(ports.random(4)),
  });
  for (const [index, row] of feed.entries())
    await insertFeed(tx, { ...row, authority_id: authorityId, seq: head.seq - count + 1 + index });
  for (const document of work.documents) await writeDocument(tx, document, head.seq, ports.now());
  for (const personId of work.raised) await setRightsSeq(tx, personId, head.seq);
  let previous = head.audit_hash;
  for (const entry of work.audits) {
    const row = chain(entry, authorityId, head.seq, previous);
    await insertAudit(tx, row);
    previous = row.hash;
  }
  if (work.audits.length > 0) await setAuditHash(tx, authorityId, previous);
  return count > 0 ? { authorityId, seq: head.seq, concerns: concernsOf(work) } : undefined;
}

function concernsOf({ documents, audits, raised }: Work): Concerns {
  const people = new Set<string>(raised);
  const listed = new Set<string>();
  for (const { row, shares, leftStages, mine } of documents) {
    people.add(row.starter_id);
    for (const share of shares) people.add(share.person_id);
    for (const entry of mine.values()) people.add(entry.person_id);
    for (const stage of [row.stage, ...leftStages]) listed.add(listedAs(row.kind, stage));
  }
  const authors = new Set(audits.flatMap(({ deviceId }) => deviceId ?? []));
  return { people, listed, authors };
}

function feedOf(document: OpenDocument): { document_id: string; person_id: string | null; what: string }[] {
  const { touched } = document;
  const hasChanged =
    document.isRowChanged ||
    document.changedShares.size > 0 ||
    document.events.length > 0 ||
    document.attachments.size > 0 ||
    Object.values(touched).some((set) => set.size > 0);
  const authors = new Set([...document.mine.values()].map((row) => row.person_id));
  const row = (what: string, person_id: string | null = null) => ({ document_id: document.row.id, person_id, what });
  return [
    ...(hasChanged ? [row('change')] : []),
    ...(document.hasChangedRights ? [row('rights')] : []),
    ...[...document.leftStages].map((stage) => row(`stage:${stage}`)),
    ...[...document.rights].map(([person, what]) => row(what, person)),
    ...[...authors].map((person) => row('mine', person)),
  ];
}

async function writeDocument(tx: Transaction<Tables>, document: OpenDocument, seq: number, at: number): Promise<void> {
  const { row } = document;
  if (document.isRowChanged) await updateDocument(tx, { ...row, updated_at: at, seq });
  await saveState(tx, { documentId: row.id, authorityId: row.authority_id, seq, at }, document.state, document.touched);
  for (const share of document.changedShares) await saveShare(tx, { ...share, seq });
  for (const entry of document.log) await insertLog(tx, { ...entry, seq });
  for (const entry of document.mine.values()) await saveMine(tx, { ...entry, seq });
  for (const event of document.events) await insertEvent(tx, { ...event, seq });
  for (const attachment of document.attachments.values()) await saveAttachment(tx, { ...attachment, seq });
}

function opened(
  forms: Forms,
  row: DocumentRow,
  loaded: Pick<OpenDocument, 'state' | 'textAt' | 'shares'>,
): OpenDocument {
  return {
    ...loaded,
    row: { ...row },
    form: formOfDocument(forms, row),
    isRowChanged: false,
    hasChangedRights: false,
    changedShares: new Set(),
    leftStages: new Set(),
    rights: new Map(),
    log: [],
    mine: new Map(),
    events: [],
    attachments: new Map(),
    touched: { sections: new Set(), fields: new Set(), items: new Set(), texts: new Set() },
  };
}

const integerOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
