/**
 * Where a device's person writes now, and who else does. It is said and forgotten: no answer, no queue, no table. What
 * one device says here never reaches another as it came; the server tells names only, and only to those who may write there.
 */
import * as z from 'zod/mini';
import type { DeviceId, DocumentId, PenId, PersonId, SectionKey } from '../model/ids.ts';
import type { By } from './changes.ts';
import { id, sectionKey, version } from './shapes.ts';

/** A pen names the document and the tab at once, and is new at every opening. */
export const presence = z.strictObject({
  v: version,
  account: id<PersonId>(),
  device: id<DeviceId>(),
  pen: id<PenId>(),
  /** Null: not there any more. Without a section: the document is open, and nothing is being written. */
  place: z.nullable(z.strictObject({ doc: id<DocumentId>(), section: z.nullable(sectionKey) })),
});
export type PresenceMessage = z.infer<typeof presence>;

/** Others who are in this section now, or have the document open, each once, however many devices they use. */
export interface Here {
  readonly doc: DocumentId;
  readonly section: SectionKey | null;
  readonly who: readonly By[];
}
