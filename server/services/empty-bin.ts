/**
 * A deleted draft stays in the bin for thirty days; then its words go for good, also those that others brought late.
 * One document a transaction, and the bytes of its files afterwards: whatever a stop of the server leaves undone is
 * found again the next time.
 */
import {
  attachmentsToPurge,
  documentsInBinSince,
  eraseWords,
  mineBefore,
  purgedWithWords,
  setPurged,
} from '#server/storage/bin.ts';
import type { FileStore } from '#server/adapters/files/file-store.ts';
import type { Sync } from './sync.ts';

const dayMs = 24 * 60 * 60_000;
export const binDays = 30;

export async function emptyBin(sync: Sync, files: Pick<FileStore, 'remove'>): Promise<void> {
  const { storage, commits, ports } = sync;
  const now = ports.now();
  const before = now - binDays * dayMs;
  const due = [...(await documentsInBinSince(storage.db, before)), ...(await purgedWithWords(storage.db, before))];
  for (const { id, authority_id: authority } of due) {
    await commits.commit([id], async (batch) => {
      const document = await batch.open(authority, id);
      // Taken out of the bin a moment ago, it is none of ours.
      if (document === undefined || (document.row.stage !== 'deleted' && document.row.stage !== 'purged')) return;
      for (const row of await mineBefore(batch.tx, id, before))
        document.mine.set(row.id, { ...row, value: 'null', standing: null, done: row.done ?? 'purged' });
      await eraseWords(batch.tx, id, before);
      if (document.row.stage === 'deleted') {
        document.leftStages.add('deleted');
        document.row.stage = 'purged';
        document.isRowChanged = true;
      }
      batch.audit(authority, { at: now, actor: null, deviceId: null, action: 'purged', documentId: id, detail: {} });
    });
  }
  for (const { id, stored_as: name, spare_as: spare } of await attachmentsToPurge(storage.db)) {
    await files.remove(name);
    if (spare !== null) await files.remove(spare);
    await storage.write((tx) => setPurged(tx, id));
  }
}
