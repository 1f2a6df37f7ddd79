/** How far a form is, and what stands in the way of sending it: from the definition and the answers alone. */
import { fieldTypes } from '#sync/field-types/index.ts';
import { answerTo, isAsked } from '#sync/forms/answers.ts';
import { isItems, type FieldDefinition, type Fields } from '#sync/forms/define.ts';
import type { Holder, SectionKey } from '#sync/model/ids.ts';
import type { DocumentView } from '#lib/screen/document-view.ts';
import { about } from '#lib/wording/about.ts';
import { answersOf } from './answers-of-view.ts';
import { controlId, sectionInItem, sectionInSection } from './field-view.ts';
import { isEmptyTree } from './tree-lines.ts';

export interface Trouble {
  /** The section that is drawn as one of its own. */
  readonly section: string;
  readonly control: string;
  readonly text: string;
}
export type Progress = 'not-started' | 'in-progress' | 'complete';

type Reader = Pick<DocumentView, 'form' | 'value' | 'items' | 'text' | 'may'>;

/** Sections drawn as their own, each with those drawn inside it. */
export const drawnSections = (form: Reader['form']): readonly string[] =>
  Object.keys(form.sections).filter((key) => form.sections[key]?.within === undefined);
export const sectionsInside = (form: Reader['form'], key: string): readonly string[] =>
  Object.keys(form.sections).filter((other) => form.sections[other]?.within === key);

export const troublesOf = (document: Reader, today: string): Trouble[] =>
  drawnSections(document.form).flatMap((section) =>
    visited(document, section).flatMap((visit) => troublesAt(document, visit, section, today)),
  );

/** Files are no answers, and some lie on this device alone, so whoever asks says whether there are any. */
export function progressOf(document: Reader, section: string, today: string, hasFiles = false): Progress {
  const visits = visited(document, section);
  const isFilled = ({ holder, name, isEmpty, field }: Visit) =>
    !isEmpty ||
    document.value(holder, name).conflict !== undefined ||
    (hasFiles && fieldTypes[field.type]?.printFiles !== undefined);
  if (!visits.some(isFilled)) return 'not-started';
  return visits.some((visit) => troublesAt(document, visit, section, today).length > 0) ? 'in-progress' : 'complete';
}

/** How many questions of a section have different answers, of which somebody must choose one. */
export const openChoices = (document: Reader, section: string): number =>
  visited(document, section).filter(({ holder, name }) => document.value(holder, name).conflict !== undefined).length;

/** How many messages about one's own answers stand beside the questions of a section. */
export const messagesIn = (document: Reader & Pick<DocumentView, 'mine'>, section: string): number => {
  const visits = visited(document, section);
  return document
    .mine()
    .filter(
      (one) =>
        (one.what === 'overtaken' || one.what === 'refused') &&
        visits.some(({ holder, name }) => one.holder === holder && one.field === name) &&
        document.value(one.holder, one.field).conflict === undefined,
    ).length;
};

interface Visit {
  readonly holder: Holder;
  readonly name: string;
  readonly field: FieldDefinition;
  readonly isEmpty: boolean;
}

function visited(document: Reader, section: string): Visit[] {
  return [section, ...sectionsInside(document.form, section)].flatMap((key) => {
    const holder = key as SectionKey;
    return visitFields(document, holder, document.form.sections[key]?.fields ?? {}, (field) =>
      sectionInSection(field, holder),
    );
  });
}

function visitFields(
  document: Reader,
  holder: Holder,
  fields: Fields,
  sectionFor: (field: FieldDefinition) => SectionKey,
): Visit[] {
  return Object.entries(fields).flatMap(([name, field]): Visit[] => {
    const section = sectionFor(field);
    if (!isAsked(answersOf(document), holder, field.when) || !document.may(section).includes('write')) return [];
    if (!isItems(field)) return [{ holder, name, field, isEmpty: isEmptyAt(document, holder, name, field) }];
    const items = document.items(holder, name);
    const own: Visit = { holder, name, field, isEmpty: items.length === 0 };
    return [
      own,
      ...items.flatMap((item) =>
        visitFields(document, item.id, field.fields, (inner) => sectionInItem(inner, item.section, item.id)),
      ),
    ];
  });
}

function troublesAt(
  document: Reader,
  { holder, name, field, isEmpty }: Visit,
  section: string,
  today: string,
): Trouble[] {
  const control = controlId(holder, name);
  const view = document.value(holder, name);
  if (view.conflict !== undefined)
    return [{ section, control, text: about(field.label, 'choose one of the different answers') }];
  if (isEmpty) return field.requiredToSubmit === undefined ? [] : [{ section, control, text: field.requiredToSubmit }];
  const problems =
    fieldTypes[field.type]?.problems(answerTo(answersOf(document), holder, name, field), field, today) ?? [];
  return problems
    .filter((problem) => problem.level === 'error')
    .map((problem) => ({ section, control, text: problem.text }));
}

/** A field holds a value or a text; the one that it does not hold is empty by itself. */
function isEmptyAt(document: Reader, holder: Holder, name: string, field: FieldDefinition): boolean {
  const hasValue = !(fieldTypes[field.type]?.isEmpty(answerTo(answersOf(document), holder, name, field)) ?? true);
  return !hasValue && isEmptyTree(document.text(holder, name).tree);
}
