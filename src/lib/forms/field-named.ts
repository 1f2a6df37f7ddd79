/** A field's definition by holder and name, also where the item that held it is gone: an item's questions stay in the form. */
import { isItems, type FieldDefinition, type FormDefinition } from '#sync/forms/define.ts';
import { declaredKey, type SectionKey } from '#sync/model/ids.ts';

export function fieldNamed(form: FormDefinition, holder: string, name: string): FieldDefinition | undefined {
  const section = form.sections[declaredKey(holder as SectionKey)];
  if (section !== undefined) return section.fields[name];
  const lists = Object.values(form.sections).flatMap(({ fields }) => Object.values(fields).filter(isItems));
  return lists.find((list) => list.fields[name] !== undefined)?.fields[name];
}
