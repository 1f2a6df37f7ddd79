import * as z from 'zod/mini';
import { instant } from '#sync/protocol/shapes.ts';
import { done, onDocument } from './command.ts';

/** Somebody looked at the document, perhaps without a connection and days ago: the command itself is the note. */
export const noteOpening = onDocument({
  name: 'note-opening',
  args: z.strictObject({ at: instant }),
  run: () => Promise.resolve(done()),
});
