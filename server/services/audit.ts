/**
 * What was done, in a chain: each entry holds the hash of the one before, so that none can be changed or taken out
 * without a trace. Entries hold ids, counts and hashes, never words: words can be deleted and the chain still verifies.
 */
import { createHash } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import type { Json } from '#sync/model/edit.ts';
import { auditAfter } from '#server/storage/audit.ts';
import { feedHead } from '#server/storage/feed.ts';
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

export type Verification =
  { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly at: number };

/** Walks the whole chain; `at` names the first entry that does not follow from the one before. */
export async function verifyAudit(db: Kysely<Tables>, authorityId: string): Promise<Verification> {
  let previous = '';
  let last = 0;
  let entries = 0;
  for (;;) {
    const rows = await auditAfter(db, authorityId, last, 1000);
    for (const { id, hash, ...content } of rows) {
      if (content.previous !== previous || sha256(canonicalJson(content)) !== hash) return { ok: false, at: id };
      previous = hash;
      last = id;
      entries += 1;
    }
    if (rows.length === 0) break;
  }
  const head = await feedHead(db, authorityId);
  return (head?.audit_hash ?? '') === previous ? { ok: true, entries } : { ok: false, at: last };
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
