/**
 * Somebody asked for what they may not see. It is noted once a day, person, document and way. The answer is the same as
 * for what does not exist and does not wait for the note, so that neither its words nor its time tell of the document.
 */
import type { DocumentId } from '#sync/model/ids.ts';
import { attachmentById } from '#server/storage/attachments.ts';
import { isAudited } from '#server/storage/audit.ts';
import { documentById } from '#server/storage/documents.ts';
import { sayFault } from './daily.ts';
import type { Sync } from './sync.ts';
import type { Reader } from './viewer.ts';

type Way = 'contents' | 'history' | 'openings' | 'file';

export function noteDenial(sync: Sync, reader: Reader, way: Way, doc: DocumentId): void {
  later(sync, () => note(sync, reader, way, doc));
}
export function noteFileDenial(sync: Sync, reader: Reader, file: string): void {
  later(sync, async () => {
    const row = await attachmentById(sync.storage.db, file);
    if (row !== undefined) await note(sync, reader, 'file', row.document_id as DocumentId);
  });
}

async function note({ storage, commits, ports }: Sync, reader: Reader, way: Way, doc: DocumentId): Promise<void> {
  const action = `${way}.denied`;
  const at = ports.now();
  const day = at - (at % dayMs);
  if ((await documentById(storage.db, reader.authority, doc)) === undefined) return;
  if (!isFirst(commits, day, `${reader.person} ${doc} ${action}`)) return;
  // Before this server was started, or by another one.
  if (await isAudited(storage.db, doc, reader.person, action, day)) return;
  await commits.commit([], (batch) => {
    const entry = { at, actor: reader.person, deviceId: reader.device, action, documentId: doc, detail: {} };
    return Promise.resolve(batch.audit(reader.authority, entry));
  });
}
const dayMs = 24 * 60 * 60_000;

/** Of several at once one is noted. */
function isFirst(server: object, day: number, name: string): boolean {
  const known = seen.get(server);
  const names = known?.day === day ? known.names : new Set<string>();
  seen.set(server, { day, names });
  const before = names.size;
  return names.size < namesMax && names.add(name).size > before;
}
const seen = new WeakMap<object, { readonly day: number; readonly names: Set<string> }>();
/** Whoever tries so many in a day has been noted often enough. */
const namesMax = 10_000;

function later({ log, ports }: Sync, work: () => Promise<void>): void {
  void work().catch((error: unknown) => log !== undefined && sayFault({ log, ports }, 'denials', error));
}
