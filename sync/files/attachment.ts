/** What is said of a file before any of it travels; the command `add-file` brings it. */
import * as z from 'zod/mini';
import { idPattern, type AttachmentId, type SectionKey } from '../model/ids.ts';
import { fileNameMax } from './allowed-files.ts';

const category = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,40}$/));
const datedOn = z.optional(z.string().check(z.refine(isCalendarDate)));

export const declaredFile = z.strictObject({
  id: z.custom<AttachmentId>((value) => typeof value === 'string' && idPattern.test(value)),
  section: z.custom<SectionKey>((value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,40}$/.test(value)),
  name: z.string().check(z.minLength(1), z.maxLength(fileNameMax)),
  type: z.string().check(z.maxLength(100)),
  sizeBytes: z.int().check(z.positive()),
  /** SHA-256 of the whole file, base64url: compared with what arrived. */
  hash: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  category,
  datedOn,
});
/** What can be put right after it was added; the command `change-file` brings it. Without a date it has none. */
export const changedFile = z.strictObject({ id: z.string().check(z.regex(idPattern)), category, datedOn });
export type DeclaredFile = z.infer<typeof declaredFile>;

function isCalendarDate(value: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}
