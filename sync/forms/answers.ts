/**
 * The answers in a document as whoever checks or draws it reads them: on the server from the fold's state, on a device
 * from its store. Defaults count as answers here; conditions say whether a question is asked at all.
 */
import type { Json } from '../model/edit.ts';
import { addressOf, type Holder, type ItemId } from '../model/ids.ts';
import { byOrder } from '../model/by-order.ts';
import type { DocumentState, TextTree } from '../model/state.ts';
import type { FieldDefinition, When } from './define.ts';

export interface Answers {
  /** null: not answered. */
  value(holder: Holder, field: string): Json;
  text(holder: Holder, field: string): TextTree;
  /** The open conflict's name, if the field has one. */
  conflict(holder: Holder, field: string): string | undefined;
  /** Present items, in their order. */
  items(holder: Holder, list: string): readonly ItemId[];
}

export const answersIn = (state: DocumentState): Answers => ({
  value: (holder, field) => state.fields.get(addressOf(holder, field))?.value ?? null,
  text: (holder, field) => state.texts.get(addressOf(holder, field))?.tree ?? [],
  conflict: (holder, field) => state.fields.get(addressOf(holder, field))?.conflict,
  items: (holder, list) =>
    [...state.items.values()]
      .filter((item) => item.holder === holder && item.list === list && item.gone === undefined)
      .sort(byOrder)
      .map((item) => item.id),
});

/** The answer, or what stands in its place. What an account says counts only once it was taken over. */
export function answerTo(answers: Answers, holder: Holder, name: string, field: FieldDefinition): Json {
  const value = answers.value(holder, name);
  const standing = field.defaultsTo;
  if (value !== null || standing === undefined || 'account' in standing) return value;
  return 'field' in standing ? answers.value(holder, standing.field) : standing.value;
}

/** Whether all conditions hold: only then is a field shown, required and printed. */
export const isAsked = (answers: Answers, holder: Holder, when: readonly When[] | undefined): boolean =>
  (when ?? []).every((condition) => isMet(condition, valueOf(answers, holder, condition.field)));

export const isMet = ({ is }: When, value: Json): boolean =>
  is.some((wanted) => (Array.isArray(value) ? value.includes(wanted) : value === wanted));

function valueOf(answers: Answers, holder: Holder, field: string): Json {
  const [section, name] = field.split('.', 2);
  return name === undefined ? answers.value(holder, field) : answers.value(section as Holder, name);
}
