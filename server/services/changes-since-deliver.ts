/**
 * A device asks for the contents of documents. Those of an authority's lists it keeps from then on, and the audit notes,
 * once a day and person, that a case was delivered: it can be read on that device without a connection.
 */
import type { DocumentId } from '#sync/model/ids.ts';
import { isAudited } from '#server/storage/audit.ts';
import { heldDocuments, insertHolding } from '#server/storage/documents.ts';
import { viewOf } from './changes-since.ts';
import { noteDenial } from './denials.ts';
import type { Sync } from './sync.ts';
import { factsOf, maySee, type Reader } from './viewer.ts';

export async function deliver(sync: Sync, reader: Reader, want: readonly DocumentId[], at: number): Promise<void> {
  const { storage } = sync;
  const held = await heldDocuments(storage.db, reader.device, want);
  const dayStart = at - (at % dayMs);
  const due: { doc: DocumentId; isListed: boolean; isNoted: boolean }[] = [];
  for (const doc of new Set(want)) {
    const view = await viewOf(sync, storage.db, reader, doc);
    if (view === undefined || !maySee(reader, view.row, view.shares)) {
      noteDenial(sync, reader, 'contents', doc);
      continue;
    }
    const { whose } = factsOf(view.row, view.shares, reader.person);
    const isListed = whose === 'other' && !held.has(doc);
    const isNoted = whose === 'started' || (await isAudited(storage.db, doc, reader.person, 'delivered', dayStart));
    if (isListed || !isNoted) due.push({ doc, isListed, isNoted });
  }
  if (due.length === 0) return;
  await sync.commits.commit([], async (batch) => {
    for (const { doc, isListed, isNoted } of due) {
      if (isListed)
        await insertHolding(batch.tx, {
          device_id: reader.device,
          document_id: doc,
          authority_id: reader.authority,
          since: at,
        });
      if (!isNoted)
        batch.audit(reader.authority, {
          at,
          actor: reader.person,
          deviceId: reader.device,
          action: 'delivered',
          documentId: doc,
          detail: {},
        });
    }
  });
}
const dayMs = 24 * 60 * 60_000;
