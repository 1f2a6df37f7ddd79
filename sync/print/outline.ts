/** From a form and its values to headings, answers and paragraphs: one reading order for screen, PDF and snapshot. */
import { addressOf, type Holder, type SectionKey } from '../model/ids.ts';
import type { Json } from '../model/edit.ts';
import type { DocumentState } from '../model/state.ts';
import { fieldTypes } from '../field-types/index.ts';
import type { Labels, PrintedFile } from '../field-types/field-type.ts';
import { computedText } from '../field-types/computed.ts';
import { answersIn, answerTo, isAsked, type Answers } from '../forms/answers.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from '../forms/define.ts';
import { locate } from '../forms/locate.ts';
import type { Outline, OutlineNode, OutlineSection } from './outline-type.ts';

/** What a reader sees; sections that `maySee` denies are not there, and nothing tells that they exist. `today` (yyyy-mm-dd)
 * adds what follows from answers, such as an age; a snapshot leaves it out, because it would be out of date tomorrow. */
export function outlineOf(
  form: FormDefinition,
  state: DocumentState,
  labels: Labels,
  maySee: (section: SectionKey) => boolean = () => true,
  today?: string,
  files: (section: SectionKey) => readonly PrintedFile[] = () => [],
): Outline {
  const reading: Reading = { form, state, labels, maySee, today, files, answers: answersIn(state) };
  const partsOf = (key: string): OutlineNode[] =>
    Object.entries(form.sections)
      .filter(([part, { within }]) => within === key && maySee(part as SectionKey))
      .map(([part, { title, fields }]): OutlineNode => ({
        kind: 'group',
        title,
        nodes: nodesOf(reading, part as SectionKey, fields),
      }))
      .filter((group) => group.kind === 'group' && group.nodes.length > 0);
  const sections = Object.entries(form.sections)
    .filter(([key, { within }]) => within === undefined && maySee(key as SectionKey))
    .map(([key, { title, fields }]): OutlineSection => {
      const nodes = [...nodesOf(reading, key as SectionKey, fields), ...partsOf(key)];
      return { key, title, nodes: nodes.length > 0 ? nodes : [{ kind: 'note', text: 'Nothing entered.' }] };
    });
  return { title: form.title, facts: [], sections };
}

interface Reading {
  readonly form: FormDefinition;
  readonly state: DocumentState;
  readonly labels: Labels;
  readonly answers: Answers;
  readonly today: string | undefined;
  maySee(section: SectionKey): boolean;
  files(section: SectionKey): readonly PrintedFile[];
}

function nodesOf(reading: Reading, holder: Holder, fields: Fields): OutlineNode[] {
  const { form, state, answers, labels, maySee, files } = reading;
  return Object.entries(fields).flatMap(([name, field]): OutlineNode[] => {
    const place = locate(form, state, holder, name);
    if (
      field.print === 'omit' ||
      place === undefined ||
      !maySee(place.section) ||
      !isAsked(answers, holder, field.when)
    )
      return [];
    if (isItems(field)) {
      return answers.items(holder, name).map((item, index) => ({
        kind: 'group',
        title: `${capital(field.itemName)} ${index + 1}`,
        nodes: nodesOf(reading, item, field.fields),
      }));
    }
    const tree = answers.text(holder, name);
    if (tree.length > 0) return [{ kind: 'text', label: field.label, tree }];
    const added = fieldTypes[field.type]?.printFiles?.(files(place.section), field, labels);
    const lines = added ?? linesOf(reading, holder, name, field);
    return lines.length === 0 ? [] : [{ kind: 'answer', label: field.label, lines }];
  });
}

function linesOf(
  { state, answers, labels, today }: Reading,
  holder: Holder,
  name: string,
  field: FieldDefinition,
): readonly string[] {
  const print = (value: Json): readonly string[] => fieldTypes[field.type]?.print(value, field, labels) ?? [];
  const stored = state.fields.get(addressOf(holder, name));
  if (stored?.conflict !== undefined)
    return ['Two answers were given:', ...stored.sides.flatMap((side) => print(side.value))];
  if (typeof field.from === 'string')
    return today === undefined ? [] : [computedText(field, (other) => answers.value(holder, other), today)];
  return print(answerTo(answers, holder, name, field));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
