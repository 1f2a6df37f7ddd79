/**
 * Laws of upgrades: whenever a document is upgraded, and in whatever order edits of its earlier and later versions come,
 * it ends as the same document, and nothing that was accepted is missing.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, PlacedEdit } from '../model/edit.ts';
import { addressOf, type Address, type DeviceId, type Holder, type ItemId, type SectionKey } from '../model/ids.ts';
import { emptyDocumentState, type DocumentState, type TextState } from '../model/state.ts';
import { isAccepted, type Verdict } from '../model/verdict.ts';
import { changedForms, changedPast } from './changed-forms.ts';
import { fold } from './fold.ts';
import { upgradedEdits, upgradeState } from './upgrade.ts';

const person = 'P'.repeat(16) as ItemId;
const formOf = (version: number) => changedForms[version - 1]!;
const upgrading = (from: number, to: number) => ({ past: changedPast, from, form: formOf(to) });

const names = ['Aisha', 'Aisha Khan', 'Aisha Bibi Khan', 'Ayesha Khan', null];
/** What a person can answer in each version: holder, field, values. */
const questions: readonly (readonly (readonly [Holder, string, readonly Json[]])[])[] = [
  [
    ['facts', 'name', names],
    ['facts', 'sex', ['M', 'F', null]],
    ['facts', 'colour', ['red', 'blue']],
    [person, 'full_name', ['Mum', 'Dad']],
  ],
  [
    ['facts', 'given', ['Aisha', 'Ayesha', null]],
    ['facts', 'family', ['Khan', 'Begum', null]],
    ['facts', 'sex', ['male', 'female', null]],
    [person, 'name', ['Mum', 'Dad']],
  ],
  [
    ['facts', 'first', ['Aisha', 'Ayesha', null]],
    ['facts', 'account', ['red', 'blue']],
    [person, 'name', ['Mum', 'Dad']],
  ],
] as never;

interface Old {
  readonly edit: PlacedEdit;
  readonly form: number;
}
const device = fc.record({
  form: fc.constantFrom(1, 1, 2, 3),
  answers: fc.array(fc.record({ question: fc.nat(9), value: fc.nat(9), later: fc.nat(3) }), {
    minLength: 1,
    maxLength: 4,
  }),
});
const plan = fc.record({
  devices: fc.array(device, { minLength: 2, maxLength: 4 }),
  order: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
  other: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
});

/** Two answers and an entry, from before anybody went away. */
function known(): DocumentState {
  const state = emptyDocumentState();
  const by = { pen: 'start', device: 'start', person: 'start', stamp: 0, made: 0, base: {} };
  const edits = [
    { ...by, n: 1, kind: 'set', holder: 'facts', field: 'name', value: 'Aisha Begum' },
    { ...by, n: 2, kind: 'set', holder: 'facts', field: 'sex', value: 'F' },
    { ...by, n: 3, kind: 'add', holder: 'people', field: 'people', value: { item: person, order: 'a0' } },
  ] as unknown as PlacedEdit[];
  fold(state, edits, { form: formOf(1), gate: () => undefined, text: undefined });
  return state;
}

function editsOf(
  { form, answers }: { form: number; answers: { question: number; value: number; later: number }[] },
  at: number,
): Old[] {
  const base = Object.fromEntries(known().vers) as Record<SectionKey, number>;
  let stamp = 0;
  return answers.map(({ question, value, later }, index) => {
    const asked = questions[form - 1]!;
    const [holder, field, values] = asked[question % asked.length]!;
    stamp += later;
    const edit = {
      n: index + 1,
      kind: 'set',
      holder,
      field,
      value: values[value % values.length],
      made: 0,
      base,
      stamp,
    };
    return { form, edit: { ...edit, pen: `pen${at}`, device: `device${at}`, person: `person${at}` } as PlacedEdit };
  });
}

/** As a server takes them: the document is upgraded when somebody first writes in a later version. */
function take(queues: readonly (readonly Old[])[], choices: readonly number[]) {
  const state = known();
  const left = queues.map((queue) => [...queue]);
  const taken: { old: Old; verdicts: Verdict[] }[] = [];
  let version = 1;
  const upgradeTo = (to: number) => {
    if (to > version) upgradeState(state, upgrading(version, to));
    version = Math.max(version, to);
  };
  for (let turn = 0; left.some((queue) => queue.length > 0); turn += 1) {
    const waiting = left.filter((queue) => queue.length > 0);
    const old = waiting[(choices[turn % choices.length] ?? 0) % waiting.length]!.shift()!;
    upgradeTo(old.form);
    const verdicts: Verdict[] = [];
    for (const part of upgradedEdits(upgrading(old.form, version), state, old.edit) ?? []) {
      const placed = { ...part, ...(verdicts.some(isAccepted) && { isFurtherPart: true as const }) };
      verdicts.push(
        ...fold(state, [placed], { form: formOf(version), gate: () => undefined, text: undefined }).verdicts,
      );
    }
    taken.push({ old, verdicts });
  }
  upgradeTo(3);
  return { state, taken };
}

/** What people see, and everything that stands beside it; counts and a conflict's name tell only of the order of arrival. */
function seen({ fields, vers }: DocumentState): unknown {
  const shown = [...fields].map(([address, { value, base, sides, conflict }]) => ({
    address,
    value,
    ...{ base, isOpen: conflict !== undefined, sides: sides.map(({ ver: _, ...side }) => side) },
  }));
  return { shown: shown.map((one) => JSON.stringify(one)).sort(), vers: [...vers].sort() };
}

test('edits of any version in any order, and an upgrade at any moment, end in one document', () => {
  let [conflicts, late] = [0, 0];
  fc.assert(
    fc.property(plan, ({ devices, order, other }) => {
      const queues = devices.map(editsOf);
      const [one, two] = [take(queues, order), take(queues, other)];
      expect(seen(two.state)).toEqual(seen(one.state));
      conflicts += [...one.state.fields.values()].filter((field) => field.conflict !== undefined).length;
      const firstNewer = one.taken.findIndex(({ old }) => old.form > 1);
      late += one.taken.slice(Math.max(0, firstNewer)).filter(({ old }) => old.form === 1).length;
    }),
    { numRuns: 1_500 },
  );
  expect(conflicts).toBeGreaterThan(300);
  expect(late).toBeGreaterThan(300);
});

test('every edit is taken whole, and what each device wrote last stands somewhere in the newest version', () => {
  fc.assert(
    fc.property(plan, ({ devices, order }) => {
      const { state, taken } = take(devices.map(editsOf), order);
      const last = new Map<string, PlacedEdit>();
      for (const { old, verdicts } of taken) {
        expect(verdicts.length).toBeGreaterThan(0);
        expect(verdicts.every(isAccepted)).toBe(true);
        for (const part of upgradedEdits(upgrading(old.form, 3), state, old.edit) ?? [])
          last.set(`${part.device} ${addressOf(part.holder, part.field)}`, part);
      }
      for (const [key, { device: by, value }] of last) {
        const field = state.fields.get(key.slice(key.indexOf(' ') + 1) as Address);
        expect(field?.sides.find((side) => side.device === (by as DeviceId))?.value).toEqual(value);
      }
    }),
    { numRuns: 600 },
  );
});

test('words of a name that became two questions are all there, and one edit counts once', () => {
  const state = known();
  const before = state.vers.get('facts' as SectionKey);
  upgradeState(state, upgrading(1, 3));
  const value = (field: string) => state.fields.get(addressOf('facts' as Holder, field))?.value;
  expect([value('first'), value('family'), value('sex'), value('name')]).toEqual([
    'Aisha',
    'Begum',
    'female',
    undefined,
  ]);
  expect(state.vers.get('facts' as SectionKey)).toBe(before);
});

test('a text keeps its state under its new name, also where two questions changed places', () => {
  const state = emptyDocumentState();
  const text = { section: 'facts', state: new Uint8Array([1]), tree: [], ver: 1, otherVer: 0 } as unknown as TextState;
  state.texts.set(addressOf('facts' as Holder, 'story'), text);
  const { texts } = upgradeState(state, upgrading(1, 3));
  expect([...state.texts]).toEqual([['facts colour', text]]);
  expect([...texts]).toEqual([['facts story', 'facts colour']]);
  const edit = { kind: 'text' as const, holder: 'facts' as Holder, field: 'story', value: 'AAA=' };
  expect(upgradedEdits(upgrading(1, 3), state, edit)).toEqual([{ ...edit, field: 'colour' }]);
});

test('two people who had answered alike have no conflict after an upgrade, and a settlement settles what became of it', () => {
  const state = known();
  const base = Object.fromEntries(state.vers) as Record<SectionKey, number>;
  const by = (at: number, kind: 'set' | 'settle', value: Json) =>
    ({
      n: 1,
      kind,
      holder: 'facts',
      field: 'name',
      value,
      made: 0,
      base,
      stamp: at,
      pen: `p${at}`,
      device: `d${at}`,
      person: `q${at}`,
    }) as unknown as PlacedEdit;
  const context = { form: formOf(1), gate: () => undefined, text: undefined };
  fold(state, [by(1, 'set', 'Aisha Khan'), by(2, 'set', 'Aisha Bibi')], context);
  upgradeState(state, upgrading(1, 2));
  const field = (name: string) => state.fields.get(addressOf('facts' as Holder, name));
  expect([field('given')?.conflict, field('family')?.conflict]).toEqual([undefined, 'p2.1']);
  const settle = {
    ...by(3, 'settle', { conflict: 'p2.1', value: 'Aisha Khan' }),
    base: Object.fromEntries(state.vers) as never,
  };
  const parts = upgradedEdits(upgrading(1, 2), state, settle) ?? [];
  fold(state, parts, { ...context, form: formOf(2) });
  expect([field('given')?.value, field('family')?.value, field('family')?.conflict]).toEqual([
    'Aisha',
    'Khan',
    undefined,
  ]);
});

test('what was no answer in its own version is none in a later one', () => {
  const by = (field: string, value: Json, kind: 'set' | 'settle' = 'set') =>
    upgradedEdits(upgrading(1, 3), known(), { kind, holder: 'facts' as Holder, field, value });
  expect(by('sex', 'male')).toBeUndefined();
  expect(by('name', { first: 'Aisha' })).toBeUndefined();
  expect(by('name', null, 'settle')).toBeUndefined();
  expect(by('name', { conflict: 'c' }, 'settle')).toBeUndefined();
  // A question that is not named has not changed, and neither has one that never was.
  expect(by('never', 'asked')).toEqual([{ kind: 'set', holder: 'facts', field: 'never', value: 'asked' }]);
  expect(by('name', null)?.map(({ field, value }) => [field, value])).toEqual([
    ['first', null],
    ['family', null],
  ]);
});
