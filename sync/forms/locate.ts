/** Where an address lies: the section that decides who may see it, and what the form says of the field. */
import { sectionOf, type Holder, type ItemId, type SectionKey } from '../model/ids.ts';
import type { DocumentState } from '../model/state.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from './define.ts';

export interface Place {
  readonly section: SectionKey;
  readonly definition: FieldDefinition;
}

/** Undefined when the form has no such field there, or no such item was ever added. */
export function locate(form: FormDefinition, state: DocumentState, holder: Holder, field: string): Place | undefined {
  const fields = fieldsHeldBy(form, state, holder);
  const definition = fields && Object.hasOwn(fields.fields, field) ? fields.fields[field] : undefined;
  if (fields === undefined || definition === undefined) return undefined;
  if (definition.section === undefined) return { section: fields.section, definition };
  return { section: sectionOf(definition.section, fields.item), definition };
}

/** The fields that a section or an item holds, by the form's own words and the state's own rows. */
export function fieldsHeldBy(
  form: FormDefinition,
  state: DocumentState,
  holder: Holder,
): { section: SectionKey; fields: Fields; item?: ItemId } | undefined {
  if (isSection(form, holder)) return { section: holder, fields: form.sections[holder]?.fields ?? {} };
  const item = state.items.get(holder as ItemId);
  if (item === undefined) return undefined;
  const list = locate(form, state, item.holder, item.list);
  if (list === undefined || !isItems(list.definition)) return undefined;
  return { section: item.section, fields: list.definition.fields, item: item.id };
}

/** A section that is one an item (`key~id`) holds nothing itself: its fields are held by the item. */
export const isSection = (form: FormDefinition, holder: Holder): holder is SectionKey =>
  Object.hasOwn(form.sections, holder);
