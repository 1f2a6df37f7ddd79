/** One line of the timeline, and one of the audit, for what a command has done. */
import { makeId } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { OnDocument } from './command.ts';

/** `args` hold ids and facts of our own lists, and words only where `section` says who may read them. */
export function addEvent(
  { batch, document, reader, at }: Pick<OnDocument<unknown>, 'batch' | 'document' | 'reader' | 'at'>,
  what: string,
  args: Readonly<Record<string, Json>> = {},
): void {
  document.events.push({
    id: makeId(batch.ports.random),
    authority_id: document.row.authority_id,
    document_id: document.row.id,
    what,
    person_id: reader.person,
    args: JSON.stringify(args),
    at,
  });
}
