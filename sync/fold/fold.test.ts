import { expect, test } from 'vitest';
import {
  addressOf,
  type DeviceId,
  type Holder,
  type ItemId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import type { EditKind, Json, PlacedEdit } from '../model/edit.ts';
import { emptyDocumentState, type DocumentState } from '../model/state.ts';
import { orderBetween } from '../model/order.ts';
import { gateOf } from '../rules/index.ts';
import { textRule } from '../rules/text.ts';
import { fold, type FoldContext } from './fold.ts';
import { lawForm } from './law-form.ts';

const context: FoldContext = { form: lawForm, gate: () => undefined, text: textRule };
let counter = 0;
function edit(
  device: string,
  kind: EditKind,
  holder: string,
  field: string,
  value: Json,
  base: number,
  stamp = 100,
): PlacedEdit {
  counter += 1;
  return {
    n: counter,
    kind,
    holder: holder as Holder,
    field,
    value,
    made: 0,
    pen: `pen-of-${device}`.padEnd(16, '.') as PenId,
    device: device as DeviceId,
    person: `person-${device}` as PersonId,
    stamp,
    base: { facts: base, people: base, notes: base } as Record<SectionKey, number>,
  };
}
const first = '1'.repeat(16) as ItemId;
const valueOf = (state: DocumentState, holder: string, field: string) =>
  state.fields.get(addressOf(holder as Holder, field));
const withPerson = () => {
  const state = emptyDocumentState();
  fold(state, [edit('ann', 'add', 'people', 'people', { item: first, order: orderBetween(null, null) }, 0)], context);
  return state;
};

test('two people who type the same date of birth have no conflict', () => {
  const state = emptyDocumentState();
  const { verdicts } = fold(
    state,
    [edit('ann', 'set', 'facts', 'born', '2015-03-27', 0), edit('bob', 'set', 'facts', 'born', '2015-03-27', 0)],
    context,
  );
  expect(verdicts.map((verdict) => verdict.is)).toEqual(['applied', 'merged']);
  expect(valueOf(state, 'facts', 'born')).toMatchObject({ value: '2015-03-27' });
});

test('two different dates of birth are both kept until someone chooses, and the choice closes the conflict', () => {
  const state = emptyDocumentState();
  const asked = fold(
    state,
    [edit('ann', 'set', 'facts', 'born', '2015-03-27', 0), edit('bob', 'set', 'facts', 'born', '2015-03-28', 0)],
    context,
  );
  expect(asked.verdicts[1]).toMatchObject({ is: 'conflict' });
  const open = valueOf(state, 'facts', 'born');
  expect(open).toMatchObject({ value: null, base: null });
  expect(open?.sides.map((side) => side.value)).toEqual(['2015-03-27', '2015-03-28']);
  fold(
    state,
    [edit('bob', 'settle', 'facts', 'born', { conflict: open?.conflict ?? '', value: '2015-03-27' }, 2)],
    context,
  );
  expect(valueOf(state, 'facts', 'born')).toMatchObject({ value: '2015-03-27' });
  expect(valueOf(state, 'facts', 'born')?.conflict).toBeUndefined();
});

test('whose answer was not chosen is told who chose another, once for each device, and who chose is told nothing', () => {
  const state = emptyDocumentState();
  fold(
    state,
    ['ann', 'bob', 'cat'].map((who, at) => edit(who, 'set', 'facts', 'born', `2015-03-0${at + 1}`, 0)),
    context,
  );
  const conflict = valueOf(state, 'facts', 'born')?.conflict ?? '';
  const { verdicts, notices } = fold(
    state,
    [edit('bob', 'settle', 'facts', 'born', { conflict, value: '2015-03-01' }, 3)],
    context,
  );
  expect(verdicts[0]).toMatchObject({ is: 'applied' });
  expect(notices.map(({ what, person, value, standing, by }) => ({ what, person, value, standing, by }))).toEqual([
    { what: 'overtaken', person: 'person-cat', value: '2015-03-03', standing: '2015-03-01', by: 'person-bob' },
  ]);
});

test('typing on in a conflict changes one’s own side only', () => {
  const state = emptyDocumentState();
  fold(
    state,
    [edit('ann', 'set', 'facts', 'born', '2015-03-27', 0), edit('bob', 'set', 'facts', 'born', '2015-03-28', 0)],
    context,
  );
  fold(state, [edit('ann', 'set', 'facts', 'born', '2015-03-29', 2)], context);
  expect(valueOf(state, 'facts', 'born')?.sides.map((side) => side.value)).toEqual(['2015-03-29', '2015-03-28']);
});

test('a choice made without having seen a third answer leaves that answer standing beside it', () => {
  const state = emptyDocumentState();
  fold(
    state,
    ['ann', 'bob', 'cat'].map((who, at) => edit(who, 'set', 'facts', 'born', `2015-03-0${at + 1}`, 0)),
    context,
  );
  const conflict = valueOf(state, 'facts', 'born')?.conflict ?? '';
  const { verdicts } = fold(
    state,
    [edit('bob', 'settle', 'facts', 'born', { conflict, value: '2015-03-01' }, 2)],
    context,
  );
  expect(verdicts[0]).toMatchObject({ is: 'conflict' });
  expect(valueOf(state, 'facts', 'born')?.sides.map((side) => side.value)).toEqual(['2015-03-01', '2015-03-03']);
});

test('one’s own later answer is no conflict, even when sent before the first was answered', () => {
  const state = emptyDocumentState();
  const { verdicts } = fold(
    state,
    [edit('ann', 'set', 'facts', 'born', '2015-03-27', 0), edit('ann', 'set', 'facts', 'born', '2015-03-28', 0)],
    context,
  );
  expect(verdicts.map((verdict) => verdict.is)).toEqual(['applied', 'applied']);
});

test('the author of an overtaken answer is told, with both answers', () => {
  const state = emptyDocumentState();
  const { verdicts, notices } = fold(
    state,
    [edit('ann', 'set', 'facts', 'known_as', 'Aish', 0, 10), edit('bob', 'set', 'facts', 'known_as', 'Aisha', 0, 20)],
    context,
  );
  expect(verdicts[1]).toEqual({ is: 'merged', ver: 2 });
  expect(notices).toMatchObject([
    { person: 'person-ann', what: 'overtaken', value: 'Aish', standing: 'Aisha', by: 'person-bob' },
  ]);
  const late = fold(state, [edit('cat', 'set', 'facts', 'known_as', 'A.', 0, 5)], context);
  expect(late.verdicts[0]).toMatchObject({ is: 'merged', reason: 'overtaken' });
  expect(valueOf(state, 'facts', 'known_as')?.value).toBe('Aisha');
});

test('an answer by someone who had read the other simply follows it, whatever the clocks say', () => {
  const state = emptyDocumentState();
  fold(state, [edit('ann', 'set', 'facts', 'known_as', 'Aish', 0, 1000)], context);
  const { verdicts } = fold(state, [edit('bob', 'set', 'facts', 'known_as', 'Aisha', 1, 10)], context);
  expect(verdicts[0]).toEqual({ is: 'applied', ver: 2 });
  expect(valueOf(state, 'facts', 'known_as')?.value).toBe('Aisha');
});

test('removing a person whom another was writing about keeps the person and tells both', () => {
  const state = withPerson();
  const { verdicts, notices } = fold(
    state,
    [edit('bob', 'set', first, 'name', 'Gran', 1), edit('ann', 'remove', first, '~gone', null, 1)],
    context,
  );
  expect(verdicts[1]).toMatchObject({ is: 'merged', reason: 'item-kept' });
  expect(state.items.get(first)?.gone).toBeUndefined();
  expect(notices).toMatchObject([{ person: 'person-bob', what: 'item-revived' }]);
});

test('writing about a person whom another has just removed brings the person back and tells both', () => {
  const state = withPerson();
  const { verdicts, notices } = fold(
    state,
    [edit('ann', 'remove', first, '~gone', null, 1), edit('bob', 'set', first, 'name', 'Gran', 1)],
    context,
  );
  expect(verdicts[1]).toMatchObject({ is: 'merged', reason: 'item-revived' });
  expect(state.items.get(first)?.gone).toBeUndefined();
  expect(notices).toMatchObject([{ person: 'person-ann', what: 'item-kept' }]);
});

test('a person removed by someone who had read everything stays removed, and later words there are refused, not lost silently', () => {
  const state = withPerson();
  const { verdicts } = fold(
    state,
    [
      edit('bob', 'set', first, 'name', 'Gran', 1),
      edit('ann', 'remove', first, '~gone', null, 2),
      edit('bob', 'set', first, 'name', 'Granny', 3),
    ],
    context,
  );
  expect(verdicts.map((verdict) => verdict.reason ?? verdict.is)).toEqual(['applied', 'applied', 'item-removed']);
});

test('what the form does not know, or cannot hold, is refused with a reason and touches nothing', () => {
  const state = withPerson();
  const before = JSON.stringify([...state.fields, ...state.items]);
  const { verdicts } = fold(
    state,
    [
      edit('ann', 'set', 'facts', 'shoe_size', '5', 0),
      edit('ann', 'set', 'facts', 'toString', '5', 0),
      edit('ann', 'set', 'nowhere', 'born', '2015-03-27', 0),
      edit('ann', 'set', 'facts', 'born', 5, 0),
      edit('ann', 'set', 'facts', 'story', 'words', 0),
      edit('ann', 'text', 'facts', 'story', 'AAA', 0),
      edit('ann', 'text', 'facts', 'born', 'AAAA', 0),
      edit('ann', 'add', 'people', 'people', { item: 'facts', order: 'a0' }, 0),
      edit('ann', 'add', 'people', 'people', null, 0),
      edit('ann', 'add', 'people', 'people', { item: first, order: 'a0' }, 0),
      edit('ann', 'move', first, '~order', '<script>', 0),
      edit('ann', 'remove', '2'.repeat(16), '~gone', null, 0),
    ],
    context,
  );
  expect(verdicts.map((verdict) => `${verdict.is} ${verdict.reason ?? ''}`)).toEqual([
    'refused unknown-field',
    'refused unknown-field',
    'refused unknown-field',
    'refused invalid-value',
    'refused unknown-field',
    'refused invalid-value',
    'refused unknown-field',
    'refused invalid-value',
    'refused invalid-value',
    'refused id-taken',
    'refused invalid-value',
    'refused unknown-field',
  ]);
  expect(JSON.stringify([...state.fields, ...state.items])).toBe(before);
});

test('what was said in a conversation stands in order and cannot be changed afterwards', () => {
  const state = emptyDocumentState();
  const entry = (letter: string) => letter.repeat(16) as ItemId;
  const { verdicts } = fold(
    state,
    [
      edit('ann', 'say', 'notes', 'notes', { item: entry('b'), words: 'second' }, 0, 20),
      edit('bob', 'say', 'notes', 'notes', { item: entry('a'), words: 'first' }, 0, 10),
      edit('ann', 'set', entry('a'), 'words', 'changed', 2, 30),
    ],
    context,
  );
  expect(verdicts.map((verdict) => verdict.reason ?? verdict.is)).toEqual(['applied', 'applied', 'unknown-field']);
  const inOrder = [...state.items.values()]
    .sort((x, y) => (x.order < y.order ? -1 : 1))
    .map((item) => valueOf(state, item.id, 'words')?.value);
  expect(inOrder).toEqual(['first', 'second']);
});

test('words for a closed section are parked, and the section does not change', () => {
  const state = emptyDocumentState();
  const shut: FoldContext = { ...context, gate: () => gateOf({ mayWrite: false, closed: 'section-closed' }) };
  const kinds = [
    edit('ann', 'set', 'facts', 'born', '2015-03-27', 0),
    edit('ann', 'add', 'people', 'people', { item: first, order: 'a0' }, 0),
    edit('ann', 'text', 'facts', 'story', 'AAAA', 0),
    edit('ann', 'say', 'notes', 'notes', { item: first, words: 'late' }, 0),
  ];
  const { verdicts } = fold(state, kinds, shut);
  expect(verdicts.every((verdict) => verdict.is === 'parked' && verdict.reason === 'section-closed')).toBe(true);
  expect(state.vers.size + state.fields.size + state.items.size + state.texts.size).toBe(0);
});

test('a device’s own waiting words stand on top of what it knows, until the server has spoken', () => {
  const state = emptyDocumentState();
  fold(state, [edit('bob', 'set', 'facts', 'known_as', 'Aisha', 0, 9_999)], context);
  fold(state, [edit('ann', 'set', 'facts', 'known_as', 'Aish', 0, 1)], { ...context, pending: true });
  expect(valueOf(state, 'facts', 'known_as')?.value).toBe('Aish');
});

test('a removal that had not seen two people put the entry back leaves it there, whichever of them came last', () => {
  for (const order of [
    ['bob', 'ann'],
    ['ann', 'bob'],
  ]) {
    const state = withPerson();
    fold(
      state,
      [edit('ann', 'remove', first, '~gone', null, 1), edit('bob', 'remove', first, '~gone', null, 1)],
      context,
    );
    fold(
      state,
      order.map((who) => edit(who, 'restore', first, '~gone', null, 1)),
      context,
    );
    fold(state, [edit('ann', 'remove', first, '~gone', null, 1)], context);
    expect(state.items.get(first)?.gone).toBeUndefined();
  }
});
