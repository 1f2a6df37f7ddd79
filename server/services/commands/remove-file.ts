import * as z from 'zod/mini';
import { idPattern, type SectionKey } from '#sync/model/ids.ts';
import { attachmentById } from '#server/storage/attachments.ts';
import { closedFor } from '../viewer.ts';
import { mayAdd } from './add-file.ts';
import { done, onDocument, refused } from './command.ts';
import { addEvent } from './event.ts';

/** Takes a file out of a draft for everybody. Its bytes stay where they are until the draft itself is purged. */
export const removeFile = onDocument({
  name: 'remove-file',
  args: z.strictObject({ id: z.string().check(z.regex(idPattern)) }),
  async run(facts) {
    const { batch, reader, document, args, at } = facts;
    const row = document.attachments.get(args.id) ?? (await attachmentById(batch.tx, args.id));
    if (row?.document_id !== document.row.id) return refused('not-found');
    const section = row.section as SectionKey;
    // Until it is ready nobody but its author knows of it.
    if (row.state !== 'ready' && row.person_id !== reader.person) return refused('not-found');
    if (row.gone_at !== null) return done();
    // What was refused was never part of anything: its author clears it away at any time.
    if (row.state !== 'refused' && !mayAdd(facts, section))
      return refused(closedFor(reader, document, section) ?? 'not-allowed');
    document.attachments.set(row.id, { ...row, gone_at: at });
    if (row.state === 'ready') addEvent(facts, 'file-removed', { section, file: row.id, category: row.category });
    return done();
  },
});
