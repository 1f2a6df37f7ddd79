/** Whether the sender has read what others wrote: her name stands under all of it. */
import type { PersonId, SectionKey } from '#sync/model/ids.ts';
import type { DocumentState } from '#sync/model/state.ts';

/** Sections in which somebody else wrote after what the sender had on the screen. */
export function unseenSections(
  state: DocumentState,
  person: PersonId,
  seen: Readonly<Record<SectionKey, number>>,
  maySee: (section: SectionKey) => boolean,
): SectionKey[] {
  const changed = new Set<SectionKey>();
  const note = (section: SectionKey, ver: number, by: PersonId | undefined) => {
    if (by !== person && ver > (seen[section] ?? 0) && maySee(section)) changed.add(section);
  };
  for (const field of state.fields.values()) for (const side of field.sides) note(field.section, side.ver, side.person);
  for (const item of state.items.values()) {
    note(item.section, item.ver, item.person);
    if (item.gone !== undefined) note(item.section, item.gone.ver, item.gone.person);
  }
  for (const text of state.texts.values()) {
    note(text.section, text.ver, text.person);
    // Of the writers before the last only the count is known: rather read once more than once too little.
    note(text.section, text.otherVer, undefined);
  }
  return [...changed];
}
