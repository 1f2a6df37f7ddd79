/** The neighbours of a field: what the same section or item holds. */
import { isItems, type Fields } from '#sync/forms/define.ts';
import { declaredKey, type SectionKey } from '#sync/model/ids.ts';
import type { FieldPlace } from './field-view.ts';

export function fieldsHeldBy({ document, holder, name }: Pick<FieldPlace, 'document' | 'holder' | 'name'>): Fields {
  const section = document.form.sections[declaredKey(holder as SectionKey)];
  if (section !== undefined) return section.fields;
  const lists = Object.values(document.form.sections).flatMap((one) => Object.values(one.fields).filter(isItems));
  return lists.find((list) => list.fields[name] !== undefined)?.fields ?? {};
}
