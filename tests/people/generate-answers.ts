/**
 * Random answers to a form, made from its definition alone: whatever a form asks, the tests can fill it in. Every value
 * is one that a person could give and submit; questions that are not asked are answered too, because people change
 * their minds after answering them.
 */
import { codeLists, offeredOn } from '#sync/codes/index.ts';
import { fieldTypes } from '#sync/field-types/index.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from '#sync/forms/define.ts';
import { fold } from '#sync/fold/fold.ts';
import {
  addressOf,
  makeId,
  type DeviceId,
  type Holder,
  type ItemId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '#sync/model/ids.ts';
import type { EditKind, Json, PlacedEdit } from '#sync/model/edit.ts';
import { orderBetween } from '#sync/model/order.ts';
import { emptyDocumentState, type DocumentState } from '#sync/model/state.ts';
import { locate } from '#sync/forms/locate.ts';

/** `pick(n)` gives an integer from 0 to n − 1. */
type Pick = (below: number) => number;

/** In an order in which they can be written: an item before what is in it. `text` has plain words as its value. */
export interface GeneratedAnswer {
  readonly kind: Extract<EditKind, 'set' | 'add' | 'text'>;
  readonly holder: Holder;
  readonly field: string;
  readonly value: Json;
}

const keysOfLists = new Map(
  await Promise.all(
    Object.entries(codeLists).map(async ([name, load]) => {
      const list = await load?.();
      return [name, list === undefined ? [] : offeredOn(list, '2026-11-22').map((code) => code.key)] as const;
    }),
  ),
);

export function generateAnswers(form: FormDefinition, pick: Pick): GeneratedAnswer[] {
  const held = (holder: Holder, fields: Fields): GeneratedAnswer[] =>
    Object.entries(fields).flatMap(([field, definition]): GeneratedAnswer[] => {
      if (definition.requiredToSubmit === undefined && pick(4) === 0) return [];
      if (isItems(definition)) return itemsOf(holder, field, definition.fields);
      if (definition.rule === 'text') return [{ kind: 'text', holder, field, value: words(pick) }];
      const value = valueOf(definition, pick);
      return value === null ? [] : [{ kind: 'set', holder, field, value }];
    });

  function itemsOf(holder: Holder, field: string, fields: Fields): GeneratedAnswer[] {
    let order: string | null = null;
    return Array.from({ length: 1 + pick(3) }).flatMap(() => {
      const item = makeId<ItemId>((count) => Uint8Array.from({ length: count }, () => pick(256)));
      order = orderBetween(order, null);
      return [{ kind: 'add', holder, field, value: { item, order } } satisfies GeneratedAnswer, ...held(item, fields)];
    });
  }

  return Object.entries(form.sections).flatMap(([section, { fields }]) => held(section as SectionKey, fields));
}

/** The answers as one person on one device wrote them, folded as the server folds them; refuses to hide a refusal. */
export function stateOfAnswers(form: FormDefinition, answers: readonly GeneratedAnswer[]): DocumentState {
  const state = emptyDocumentState();
  const place = {
    pen: 'pen'.padEnd(16, '0') as PenId,
    device: 'device'.padEnd(16, '0') as DeviceId,
    person: 'person'.padEnd(16, '0') as PersonId,
  };
  answers.forEach((answer, at) => {
    if (answer.kind === 'text') {
      const where = locate(form, state, answer.holder, answer.field);
      if (where === undefined) throw new Error(`There is no text ${answer.field} in this form.`);
      const tree = [{ type: 'paragraph', runs: [{ text: String(answer.value) }] }] as const;
      state.texts.set(addressOf(answer.holder, answer.field), {
        section: where.section,
        state: new Uint8Array(),
        tree,
        ver: 1,
        device: place.device,
        person: place.person,
        otherVer: 0,
      });
      return;
    }
    const edit: PlacedEdit = { ...answer, ...place, n: at + 1, made: 0, stamp: at, base: {} };
    const [verdict] = fold(state, [edit], { form, gate: () => undefined, text: undefined }).verdicts;
    if (verdict?.is !== 'applied')
      throw new Error(`${answer.field} was not accepted: ${verdict?.reason ?? 'no verdict'}.`);
  });
  return state;
}

function valueOf(definition: FieldDefinition, pick: Pick): Json {
  const keys = definition.type === 'choice' ? keysOfLists.get(String(definition.list)) : undefined;
  return keys?.[pick(keys.length)] ?? fieldTypes[definition.type]?.generate(definition, pick) ?? null;
}

const sentences = [
  'Zoë settles when she knows what comes next.',
  'Łucja lubi czytać.',
  'Mae hi’n hoffi peintio.',
  'زارا کو موسیقی پسند ہے۔',
  'He needs more time.',
];
const words = (pick: Pick): string =>
  Array.from({ length: 1 + pick(3) }, () => sentences[pick(sentences.length)]).join(' ');
