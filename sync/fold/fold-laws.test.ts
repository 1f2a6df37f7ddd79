/**
 * Laws of the fold over whole documents: for any set of edits made by several devices that had seen the same state, any
 * order of arrival that keeps each device's own order gives the same document, and nothing that was accepted is missing.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderField, type EditKind, type Json, type PlacedEdit } from '../model/edit.ts';
import {
  addressOf,
  type Address,
  type DeviceId,
  type Holder,
  type ItemId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import { emptyDocumentState, type DocumentState } from '../model/state.ts';
import { isAccepted } from '../model/verdict.ts';
import { textRule } from '../rules/text.ts';
import { fold, type FoldContext } from './fold.ts';
import { lawForm } from './law-form.ts';

const context: FoldContext = { form: lawForm, gate: () => undefined, text: textRule };
const sections = ['facts', 'people', 'notes'] as SectionKey[];
const existing = ['P', 'Q'].map((letter) => letter.repeat(16) as ItemId);

interface Wish {
  kind: EditKind;
  target: number;
  value: number;
  stamp: number;
}
const wish = fc.record({
  kind: fc.constantFrom<EditKind>('set', 'set', 'set', 'add', 'move', 'remove', 'restore', 'say'),
  target: fc.nat(9),
  value: fc.nat(3),
  stamp: fc.integer({ min: 0, max: 3 }),
});
const plan = fc.record({
  devices: fc.array(fc.array(wish, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
  order: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  other: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
});

/** What both know before they part: two people in the list and a name. */
function known(): DocumentState {
  const state = emptyDocumentState();
  const by = { device: 'start', person: 'start', pen: 'start', stamp: 0, made: 0, base: {} };
  fold(
    state,
    [
      ...existing.map((item, at) => ({
        ...by,
        n: at + 1,
        kind: 'add',
        holder: 'people',
        field: 'people',
        value: { item, order: `a${at}` },
      })),
      { ...by, n: 3, kind: 'set', holder: 'facts', field: 'name', value: 'Aisha' },
    ] as unknown as PlacedEdit[],
    context,
  );
  return state;
}

/** One device's edits, as its person could really make them: nothing is written in what they have just removed. */
function editsOf(at: number, wishes: readonly Wish[], base: Readonly<Record<SectionKey, number>>): PlacedEdit[] {
  const gone = new Set<ItemId>();
  let stamp = 0;
  return wishes.flatMap(({ kind, target, value, stamp: later }, index): PlacedEdit[] => {
    stamp += later;
    const item = existing[target % existing.length] as ItemId;
    const born = `${at}${index}`.padEnd(16, 'n') as ItemId;
    const place = (holder: string, field: string, written: Json): PlacedEdit[] => [
      {
        n: index + 1,
        kind,
        holder: holder as Holder,
        field,
        value: written,
        made: 0,
        pen: `pen${at}` as PenId,
        device: `device${at}` as DeviceId,
        person: `person${at}` as PersonId,
        stamp,
        base,
      },
    ];
    if (kind === 'add')
      return target % 2 === 0 || gone.has(item)
        ? place('people', 'people', { item: born, order: `a${value}` })
        : place(item, 'steps', { item: born, order: `a${value}` });
    if (kind === 'say') return place('notes', 'notes', { item: born, words: `said ${at} ${index}` });
    if (kind === 'move') return place(item, orderField, `a${value}`);
    if (kind === 'remove') {
      gone.add(item);
      return place(item, '~gone', null);
    }
    if (kind === 'restore') {
      if (!gone.delete(item)) return [];
      return place(item, '~gone', null);
    }
    const fields: [string, string][] = [
      ['facts', 'name'],
      ['facts', 'known_as'],
      ['facts', 'colour'],
      ...(gone.has(item)
        ? []
        : ([
            [item, 'name'],
            [item, 'phone'],
          ] as [string, string][])),
    ];
    const [holder, field] = fields[target % fields.length] as [string, string];
    return place(holder, field, ['one', 'two', 'three', ''][value] ?? '');
  });
}

/** An order of arrival that keeps each device's own order. */
function arrive(queues: readonly (readonly PlacedEdit[])[], choices: readonly number[]): PlacedEdit[] {
  const left = queues.map((queue) => [...queue]);
  const arrived: PlacedEdit[] = [];
  for (let turn = 0; left.some((queue) => queue.length > 0); turn += 1) {
    const waiting = left.filter((queue) => queue.length > 0);
    const next = waiting[(choices[turn % choices.length] ?? 0) % waiting.length]?.shift();
    if (next !== undefined) arrived.push(next);
  }
  return arrived;
}

/** What people see; counts and the conflict's name tell only of the order of arrival. */
function seen(state: DocumentState): unknown {
  const fields = [...state.fields].map(([address, field]) => [
    address,
    {
      value: field.value,
      open: field.conflict !== undefined,
      ...(field.conflict !== undefined && { sides: field.sides.map(({ ver: _, ...side }) => side), base: field.base }),
    },
  ]);
  const items = [...state.items.values()].map((item) => ({
    id: item.id,
    holder: item.holder,
    order: item.order,
    isGone: item.gone !== undefined,
  }));
  const sort = (list: unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  return { fields: sort(fields), items: sort(items) };
}

test('for any order of arrival every device shows the same document', () => {
  let conflicts = 0;
  let kept = 0;
  fc.assert(
    fc.property(plan, ({ devices, order, other }) => {
      const start = known();
      const base = Object.fromEntries(sections.map((section) => [section, start.vers.get(section) ?? 0])) as Record<
        SectionKey,
        number
      >;
      const queues = devices.map((wishes, at) => editsOf(at, wishes, base));
      const [one, two] = [known(), known()];
      const { verdicts } = fold(one, arrive(queues, order), context);
      fold(two, arrive(queues, other), context);
      expect(seen(two)).toEqual(seen(one));
      conflicts += verdicts.filter((verdict) => verdict.is === 'conflict').length;
      kept += verdicts.filter((verdict) => verdict.reason === 'item-kept' || verdict.reason === 'item-revived').length;
    }),
    { numRuns: 20_000 },
  );
  expect(conflicts).toBeGreaterThan(2_000);
  expect(kept).toBeGreaterThan(1_000);
});

test('whatever the order, no accepted value is missing: it stands, or stands beside, or its author wrote on', () => {
  fc.assert(
    fc.property(plan, ({ devices, order }) => {
      const state = known();
      const base = Object.fromEntries(sections.map((section) => [section, state.vers.get(section) ?? 0])) as Record<
        SectionKey,
        number
      >;
      const edits = arrive(
        devices.map((wishes, at) => editsOf(at, wishes, base)),
        order,
      );
      const { verdicts } = fold(state, edits, context);
      const last = new Map<string, PlacedEdit>();
      edits.forEach((edit, at) => {
        if (edit.kind === 'set' && isAccepted(verdicts[at] ?? { is: 'refused', ver: 0 }))
          last.set(`${edit.device} ${addressOf(edit.holder, edit.field)}`, edit);
      });
      for (const [key, edit] of last) {
        const address = key.slice(key.indexOf(' ') + 1) as Address;
        expect(
          state.fields.get(address)?.sides.some((side) => side.device === edit.device && side.value === edit.value),
        ).toBe(true);
      }
      for (const edit of edits)
        if (edit.kind === 'say')
          expect(
            [...state.fields.values()].some((field) => field.value === (edit.value as { words: string }).words),
          ).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('folding in two parts is the same as folding at once', () => {
  fc.assert(
    fc.property(plan, fc.nat(20), ({ devices, order }, cut) => {
      const edits = arrive(
        devices.map((wishes, at) => editsOf(at, wishes, {} as Record<SectionKey, number>)),
        order,
      );
      const [whole, parts] = [known(), known()];
      fold(whole, edits, context);
      fold(parts, edits.slice(0, cut), context);
      fold(parts, edits.slice(cut), context);
      expect(parts).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
