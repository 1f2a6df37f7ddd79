/**
 * What was done, in a chain: each entry holds the hash of the one before, so that none can be changed or taken out
 * without a trace. Entries hold ids, counts and hashes, never words: words can be deleted and the chain still verifies.
 */
import { createHash } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import type { Json } from '#sync/model/edit.ts';
import { auditAfter, type AuditRow } from '#server/storage/audit.ts';
import { feedHead } from '#server/storage/feed.ts';
import type { SignedHead } from '#server/storage/notes.ts';
import type { AuditTable, Tables } from '#server/storage/schema.ts';

export interface AuditEntry {
  readonly at: number;
  readonly actor: string | null;
  readonly deviceId: string | null;
  readonly action: string;
  readonly documentId: string | null;
  readonly detail: Readonly<Record<string, Json>>;
}

export function chain(
  entry: AuditEntry,
  authorityId: string,
  seq: number,
  previous: string,
): Insertable<AuditTable> & { hash: string } {
  const content = {
    authority_id: authorityId,
    seq,
    at: entry.at,
    actor: entry.actor,
    device_id: entry.deviceId,
    action: entry.action,
    document_id: entry.documentId,
    detail: canonicalJson(entry.detail),
    previous,
  };
  return { ...content, hash: sha256(canonicalJson(content)) };
}

/** `lost`: heads of a time that a server lost which was put back; the chain says when that was. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly heads: number; readonly lost: number }
  /**
   * `broken`: entry `at` does not follow from the one before. `cut`: the chain does not end where its authority's head
   * says; `at` is its last entry. `rewritten`: what was signed up to entry `at` is not what stands there. `forged`: a head
   * that this server never signed.
   */
  | { readonly ok: false; readonly what: 'broken' | 'cut' | 'rewritten' | 'forged'; readonly at: number };

/** Walks the whole chain and holds it against every head that was signed. */
export async function verifyAudit(
  db: Kysely<Tables>,
  authorityId: string,
  signed: readonly SignedHead[] = [],
  isSigned: (head: SignedHead) => boolean = () => true,
): Promise<Verification> {
  const head = await feedHead(db, authorityId);
  return verifyChain(entriesOf(db, authorityId), head?.audit_hash ?? '', signed, isSigned);
}

async function* entriesOf(db: Kysely<Tables>, authorityId: string): AsyncGenerator<AuditRow> {
  for (let last = 0; ;) {
    const rows = await auditAfter(db, authorityId, last, 1000);
    if (rows.length === 0) return;
    yield* rows;
    last = rows.at(-1)?.id ?? last;
  }
}

/** `end` is the hash that the newest entry must have: the one that the next will hold. */
export async function verifyChain(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  end: string,
  signed: readonly SignedHead[],
  isSigned: (head: SignedHead) => boolean,
): Promise<Verification> {
  const forged = signed.find((head) => !isSigned(head));
  if (forged !== undefined) return { ok: false, what: 'forged', at: forged.last };
  const wanted = new Map(signed.map((head) => [`${String(head.last)} ${head.hash}`, head]));
  /** From the last entry that a database still had which was put back, until it was put back. */
  const gaps: { readonly from: number; readonly until: number }[] = [];
  let before = { hash: '', at: 0, id: 0 };
  let entries = 0;
  for await (const { id, hash, ...content } of rows) {
    if (content.previous !== before.hash || sha256(canonicalJson(content)) !== hash)
      return { ok: false, what: 'broken', at: id };
    if (content.action === 'history.replaced') gaps.push({ from: before.at, until: content.at });
    wanted.delete(`${String(id)} ${hash}`);
    before = { hash, at: content.at, id };
    entries += 1;
  }
  if (before.hash !== end) return { ok: false, what: 'cut', at: before.id };
  const missing = [...wanted.values()].find(({ at }) => !gaps.some(({ from, until }) => from <= at && at <= until));
  if (missing !== undefined) return { ok: false, what: 'rewritten', at: missing.last };
  return { ok: true, entries, heads: signed.length - wanted.size, lost: wanted.size };
}

/** One text for one value: keys in order, nothing between. Two servers write the same bytes. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((member: Json) => canonicalJson(member)).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json | undefined>>).filter(
    ([, member]) => member !== undefined,
  );
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member ?? null)}`).join(',')}}`;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
