import * as z from 'zod/mini';
import { binDays } from '#sync/model/bin.ts';
import { done, onDocument, refused } from './command.ts';
import { addEvent } from './event.ts';

const dayMs = 24 * 60 * 60_000;

/** Takes a draft out of its starter's bin again, with everyone it was shared with. Words that were parked meanwhile stay parked. */
export const restoreDraft = onDocument({
  name: 'restore-draft',
  args: z.strictObject({}),
  async run(facts) {
    const { document, may, at } = facts;
    if (!may.includes('restore')) return refused('not-allowed');
    // Nothing changes a deleted document, so its row was last written when it was deleted.
    if (at - document.row.updated_at > binDays * dayMs) return refused('bin-emptied');
    document.leftStages.add(document.row.stage);
    document.row.stage = 'draft';
    document.isRowChanged = true;
    addEvent(facts, 'restored');
    return done();
  },
});
