/**
 * What stands between a document and its submission, and how far each section is: said by the screen while people
 * write, and judged again by the server when they submit. Only what is asked counts; nothing here stops saving.
 */
import { fieldTypes } from '../field-types/index.ts';
import type { Problem } from '../field-types/field-type.ts';
import { declaredKey, sectionOf, type Holder, type ItemId, type SectionKey } from '../model/ids.ts';
import type { TextTree } from '../model/state.ts';
import { answerTo, isAsked, type Answers } from './answers.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from './define.ts';

export interface FormProblem extends Problem {
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly field: string;
}
export interface OpenConflict {
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly field: string;
  readonly conflict: string;
}

/** Which sections count: nobody can be asked for what they may not write. */
export type Concerned = (section: SectionKey) => boolean;
const all: Concerned = () => true;

/** In the order of the form. Submission waits for the errors; warnings are only said. Open conflicts stand apart. */
export const problemsOf = (
  form: FormDefinition,
  answers: Answers,
  today: string,
  isConcerned: Concerned = all,
): FormProblem[] =>
  asked(form, answers, isConcerned).flatMap((place) =>
    problemsAt(place, answers, today).map((problem) => ({
      section: place.section,
      holder: place.holder,
      field: place.name,
      ...problem,
    })),
  );

/** Questions with two answers that nobody has settled: submission waits for them, whether or not the question is still asked. */
export const openConflictsOf = (form: FormDefinition, answers: Answers, isConcerned: Concerned = all): OpenConflict[] =>
  walk(form, answers, isConcerned, false).flatMap(({ section, holder, name }) => {
    const conflict = answers.conflict(holder, name);
    return conflict === undefined ? [] : [{ section, holder, field: name, conflict }];
  });

export type Progress = 'not-started' | 'in-progress' | 'complete';

/**
 * A section with all that is drawn inside it. Complete: something was answered, nothing that submission waits for is
 * missing or wrong, and every question that opens others has its answer.
 */
export function sectionProgress(
  form: FormDefinition,
  answers: Answers,
  section: SectionKey,
  today = '9999-12-31',
  isConcerned: Concerned = all,
): Progress {
  const isPart = (place: Asked) => place.drawnIn === section;
  const places = asked(form, answers, isConcerned).filter(isPart);
  const isStarted = places.some((place) =>
    isItems(place.field) ? answers.items(place.holder, place.name).length > 0 : hasOwnAnswer(place, answers),
  );
  if (!isStarted) return 'not-started';
  const isHeldUp =
    openConflictsOf(form, answers, (one) => isConcerned(one) && drawnIn(form, one) === section).length > 0 ||
    places.some((place) => problemsAt(place, answers, today).some((problem) => problem.level === 'error')) ||
    places.some((place) => opensOthers(place) && !hasAnswer(place, answers));
  return isHeldUp ? 'in-progress' : 'complete';
}

/** One field of one holder, present in the document. */
interface Asked {
  readonly section: SectionKey;
  readonly drawnIn: SectionKey;
  readonly holder: Holder;
  readonly name: string;
  readonly field: FieldDefinition;
  readonly neighbours: Fields;
}

const asked = (form: FormDefinition, answers: Answers, isConcerned: Concerned): Asked[] =>
  walk(form, answers, isConcerned, true);

function walk(form: FormDefinition, answers: Answers, isConcerned: Concerned, onlyAsked: boolean): Asked[] {
  const held = (holder: Holder, inSection: SectionKey, fields: Fields, item?: ItemId): Asked[] =>
    Object.entries(fields).flatMap(([name, field]) => {
      if (onlyAsked && !isAsked(answers, holder, field.when)) return [];
      const section = field.section === undefined ? inSection : sectionOf(field.section, item);
      const here = isConcerned(section)
        ? [{ section, drawnIn: drawnIn(form, section), holder, name, field, neighbours: fields }]
        : [];
      if (!isItems(field)) return here;
      return [...here, ...answers.items(holder, name).flatMap((id) => held(id, section, field.fields, id))];
    });
  return Object.keys(form.sections).flatMap((key) =>
    held(key as SectionKey, key as SectionKey, form.sections[key]?.fields ?? {}),
  );
}

function drawnIn(form: FormDefinition, section: SectionKey): SectionKey {
  const key = declaredKey(section);
  const within = form.sections[key]?.within;
  return within === undefined ? (key as SectionKey) : drawnIn(form, within as SectionKey);
}

function problemsAt(place: Asked, answers: Answers, today: string): readonly Problem[] {
  const { field, holder, name } = place;
  if (!hasAnswer(place, answers))
    return field.requiredToSubmit === undefined ? [] : [{ level: 'error', text: field.requiredToSubmit }];
  return fieldTypes[field.type]?.problems(answerTo(answers, holder, name, field), field, today) ?? [];
}

const hasAnswer = (place: Asked, answers: Answers): boolean =>
  hasOwnAnswer(place, answers) || isAnswered(place.field, answerTo(answers, place.holder, place.name, place.field));

/** Rich text lives in a text of its own, so one of the two is always empty. */
const hasOwnAnswer = ({ field, holder, name }: Asked, answers: Answers): boolean =>
  hasWords(answers.text(holder, name)) || isAnswered(field, answers.value(holder, name));

const hasWords = (tree: TextTree): boolean =>
  tree.some((block) =>
    block.type === 'paragraph' ? block.runs.some((run) => run.text.trim() !== '') : block.items.some(hasWords),
  );

const isAnswered = (field: FieldDefinition, value: ReturnType<Answers['value']>): boolean =>
  value !== null && !(fieldTypes[field.type]?.isEmpty(value) ?? true);

/** Some neighbour, or another section, waits for this answer. */
const opensOthers = ({ section, name, neighbours }: Asked): boolean =>
  Object.values(neighbours).some((other) =>
    other.when?.some((when) => when.field === name || when.field === `${section}.${name}`),
  );
