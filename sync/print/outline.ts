/** From a form and its values to headings, answers and paragraphs: one reading order for screen, PDF and snapshot. */
import { addressOf, type Holder, type SectionKey } from '../model/ids.ts';
import type { Json } from '../model/edit.ts';
import { byOrder } from '../model/order.ts';
import type { DocumentState } from '../model/state.ts';
import { fieldTypes } from '../field-types/index.ts';
import type { Labels } from '../field-types/field-type.ts';
import { isItems, type Fields, type FormDefinition, type When } from '../forms/define.ts';
import { locate } from '../forms/locate.ts';
import type { Outline, OutlineNode, OutlineSection } from './outline-type.ts';

/** What a reader sees; sections that `maySee` denies are not there, and nothing tells that they exist. */
export function outlineOf(
  form: FormDefinition,
  state: DocumentState,
  labels: Labels,
  maySee: (section: SectionKey) => boolean = () => true,
): Outline {
  const sections: OutlineSection[] = [];
  for (const [key, section] of Object.entries(form.sections)) {
    if (section.within !== undefined || !maySee(key as SectionKey)) continue;
    const holders = Object.entries(form.sections).filter(
      ([, other]) => other.within === key && Object.keys(other.fields).length > 0,
    );
    const nodes = [[key, section] as const, ...holders]
      .filter(([holder]) => maySee(holder as SectionKey))
      .flatMap(([holder, part]) => nodesOf({ form, state, labels, maySee }, holder as SectionKey, part.fields));
    sections.push({
      key,
      title: section.title,
      nodes: nodes.length > 0 ? nodes : [{ kind: 'note', text: 'Nothing entered.' }],
    });
  }
  return { title: form.title, facts: [], sections };
}

interface Reading {
  readonly form: FormDefinition;
  readonly state: DocumentState;
  readonly labels: Labels;
  readonly maySee: (section: SectionKey) => boolean;
}

function nodesOf(reading: Reading, holder: Holder, fields: Fields): OutlineNode[] {
  const { form, state, labels, maySee } = reading;
  return Object.entries(fields).flatMap(([name, field]): OutlineNode[] => {
    const place = locate(form, state, holder, name);
    if (field.print === 'omit' || place === undefined || !maySee(place.section) || !isAsked(state, holder, field.when))
      return [];
    if (isItems(field)) {
      const entries = [...state.items.values()]
        .filter((item) => item.holder === holder && item.list === name && item.gone === undefined)
        .sort(byOrder);
      return entries.map((item, index) => ({
        kind: 'group',
        title: `${capital(field.itemName)} ${index + 1}`,
        nodes: nodesOf(reading, item.id, field.fields),
      }));
    }
    const tree = state.texts.get(addressOf(holder, name))?.tree;
    if (tree !== undefined && tree.length > 0) return [{ kind: 'text', label: field.label, tree }];
    const stored = state.fields.get(addressOf(holder, name));
    if (stored === undefined) return [];
    const lines = (value: Json): readonly string[] => fieldTypes[field.type]?.print(value, field, labels) ?? [];
    if (stored.conflict !== undefined) {
      return [
        {
          kind: 'answer',
          label: field.label,
          lines: ['Two answers were given:', ...stored.sides.flatMap((side) => lines(side.value))],
        },
      ];
    }
    const shown = lines(stored.value);
    return shown.length === 0 ? [] : [{ kind: 'answer', label: field.label, lines: shown }];
  });
}

/** Whether a field's conditions hold: only then is it shown, required and printed. */
export function isAsked(state: DocumentState, holder: Holder, when: readonly When[] | undefined): boolean {
  return (when ?? []).every(({ field, is }) => {
    const [section, name] = field.includes('.') ? field.split('.', 2) : [holder, field];
    const value = state.fields.get(addressOf(section as Holder, name ?? ''))?.value ?? null;
    return is.some((wanted) => (Array.isArray(value) ? value.includes(wanted) : value === wanted));
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
