/** The draft that was deleted on this page a moment ago: its list says so once, and forgets it when it is left. */
import { watched } from '#lib/device/watched.ts';
import type { DocumentId } from '#sync/model/ids.ts';

export const justDeleted = watched<DocumentId | undefined>(undefined);
