/**
 * The door in front of the fold: may this person write here now? Closed sections park the words of those who could
 * write before; everyone else's are refused, and what a person may not see looks like what does not exist.
 */
import { itemOfSection, type SectionKey } from '#sync/model/ids.ts';
import type { PlacedEdit } from '#sync/model/edit.ts';
import { gateOf } from '#sync/rules/index.ts';
import type { Gate } from '#sync/rules/rule.ts';
import type { OpenDocument } from './group-commit-batch.ts';
import { closedFor, isAcquainted, sectionRights, type Reader } from './viewer.ts';

export function gateFor(reader: Reader, document: OpenDocument): (section: SectionKey, edit: PlacedEdit) => Gate {
  const { row, shares, state } = document;
  const rightsIn = sectionRights(reader, document);
  return (section, edit) => {
    const item = itemOfSection(section);
    // A section for each item exists only beside its item: a device cannot invent one by its name.
    if (item !== undefined && !state.items.has(item)) return { is: 'refused', reason: 'unknown-field' };
    const rights = rightsIn(section);
    if (rights.includes('write')) return isWellFormed(edit) ? undefined : { is: 'refused', reason: 'invalid-value' };
    const closed = closedFor(reader, document, section);
    if (closed === undefined && !rights.includes('see'))
      return { is: 'refused', reason: isAcquainted(reader, row, shares) ? 'unknown-field' : 'not-found' };
    return gateOf({ mayWrite: false, ...(closed !== undefined && { closed }) });
  };
}

/** The shapes that the fold takes for granted; what stands inside a value it judges itself. */
function isWellFormed({ kind, value }: PlacedEdit): boolean {
  if (kind !== 'settle' && kind !== 'add' && kind !== 'say') return true;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const keys = Object.keys(value).sort().join();
  if (kind === 'settle')
    return keys === 'conflict,value' && typeof (value as { conflict?: unknown }).conflict === 'string';
  return keys === (kind === 'add' ? 'item,order' : 'item,words');
}
