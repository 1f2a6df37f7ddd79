import { changedFile } from '#sync/files/attachment.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { attachmentById } from '#server/storage/attachments.ts';
import { closedFor } from '../viewer.ts';
import { isCategory, mayAdd } from './add-file.ts';
import { done, onDocument, refused } from './command.ts';

/** Puts right what a file in a draft is, and the date on it. The file itself never changes. */
export const changeFile = onDocument({
  name: 'change-file',
  args: changedFile,
  async run(facts) {
    const { batch, reader, document, args } = facts;
    const row = document.attachments.get(args.id) ?? (await attachmentById(batch.tx, args.id));
    if (row?.document_id !== document.row.id || row.gone_at !== null) return refused('not-found');
    // Until it is ready nobody but its author knows of it.
    if (row.state !== 'ready' && row.person_id !== reader.person) return refused('not-found');
    const section = row.section as SectionKey;
    if (!mayAdd(facts, section)) return refused(closedFor(reader, document, section) ?? 'not-allowed');
    if (!isCategory(args.category)) return refused('invalid-value');
    document.attachments.set(row.id, { ...row, category: args.category, dated_on: args.datedOn ?? null });
    return done();
  },
});
