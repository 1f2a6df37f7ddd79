import * as z from 'zod/mini';
import { done, onDocument, refused } from './command.ts';
import { addEvent } from './event.ts';

/** Puts a draft into its starter's bin. Nothing is erased by this: others' later words are parked for them. */
export const deleteDraft = onDocument({
  name: 'delete-draft',
  args: z.strictObject({}),
  async run(facts) {
    const { document, reader, may } = facts;
    if (!may.includes('delete') || document.row.starter_id !== reader.person) return refused('not-allowed');
    document.leftStages.add(document.row.stage);
    document.row.stage = 'deleted';
    document.isRowChanged = true;
    addEvent(facts, 'deleted');
    return done();
  },
});
