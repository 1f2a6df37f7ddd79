/** What every form's past must be, so that no answer is lost between two of its versions; tried on one that has a past. */
import { expect, test } from 'vitest';
import { changedForms, changedPast } from '../fold/changed-forms.ts';
import { fieldTypes } from '../field-types/index.ts';
import type { Json } from '../model/edit.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from './define.ts';
import { formLoaders } from './index.ts';
import { asItWas, becameOf, formPasts, type FormPast } from './past.ts';

interface Held {
  readonly place: string;
  readonly section: string;
  readonly field: string;
  readonly definition: FieldDefinition;
}
const heldIn = (place: string, section: string, fields: Fields): Held[] =>
  Object.entries(fields).flatMap(([field, definition]) => [
    { place, section: definition.section ?? section, field, definition },
    ...(isItems(definition) ? heldIn(field, section, definition.fields) : []),
  ]);
const all = (form: FormDefinition) =>
  Object.entries(form.sections).flatMap(([section, { fields }]) => heldIn(section, section, fields));
const name = ({ place, field }: Pick<Held, 'place' | 'field'>) => `${place}.${field}`;

/** What is wrong with a form's past, in words; nothing, where every answer finds its place in the next version. */
function faultsOf({ definitions, upgrades }: FormPast, newest: FormDefinition): string[] {
  const versions = [...definitions, newest];
  const faults: string[] = [];
  versions.forEach(({ version, kind }, at) => {
    if (version !== at + 1 || kind !== newest.kind) faults.push(`version ${String(at + 1)} is missing`);
  });
  if (upgrades.length !== definitions.length) faults.push('a version has no way to the next');
  upgrades.forEach((upgrade, at) => {
    const [before, after] = [versions[at], versions[at + 1]].map((form) => (form === undefined ? [] : all(form)));
    for (const key of Object.keys(upgrade))
      if (!before?.some((one) => name(one) === key)) faults.push(`${key} never was`);
    const taken = new Set<string>();
    for (const old of before ?? []) {
      const became = becameOf({ definitions, upgrades }, old.place, old.field, { from: at + 1, to: at + 2 });
      if (became.length === 0) faults.push(`${name(old)} becomes nothing`);
      if (became.length > 1 && old.definition.rule !== 'latest' && old.definition.rule !== 'ask')
        faults.push(`${name(old)} cannot be divided`);
      for (const [field, read] of became) {
        const now = after?.find((one) => one.place === old.place && one.field === field);
        if (now === undefined || now.section !== old.section) faults.push(`${name(old)} has no ${field} to go to`);
        else if (taken.has(name(now))) faults.push(`two become ${name(now)}`);
        else if (isItems(old.definition) && field !== old.field)
          faults.push(`${name(old)} is a list and keeps its name`);
        else if (
          now.definition.rule === 'text'
            ? old.definition.rule !== 'text' || read(null) !== null
            : !isRead(old, now, read)
        )
          faults.push(`${name(old)} is not read as ${field}`);
        if (now !== undefined) taken.add(name(now));
      }
    }
  });
  return faults;
}

/** Whatever could be answered before is an answer, or none, now. */
function isRead({ definition: old }: Held, { definition: now }: Held, read: (value: Json) => Json): boolean {
  if (isItems(old) || isItems(now)) return old.type === now.type;
  return Array.from({ length: 50 }, (_, seed) => {
    let at = seed + 1;
    const value = fieldTypes[old.type]?.generate(old, (below) => (at = (at * 48_271) % 2_147_483_647) % below) ?? null;
    const later = value === null ? null : read(value);
    return later === null || (fieldTypes[now.type]?.accepts(later, now) ?? false);
  }).every(Boolean);
}

test('every answer of every version of every form finds its place in the next version', async () => {
  for (const [kind, load] of Object.entries(formLoaders)) {
    const newest = await load?.();
    if (newest === undefined) throw new Error(`there is no form ${kind}`);
    expect(faultsOf((await formPasts[kind]?.()) ?? { definitions: [], upgrades: [] }, newest)).toEqual([]);
  }
});

test('a past that loses an answer is found out', () => {
  const [, second, third] = changedForms;
  const [upgrade, next] = changedPast.upgrades;
  const faults = (changes: Record<string, unknown>) =>
    faultsOf(
      { definitions: changedPast.definitions, upgrades: [{ ...upgrade, ...(changes as typeof upgrade) }, next!] },
      third!,
    );
  expect(faults({})).toEqual([]);
  expect(faultsOf({ definitions: [], upgrades: [] }, second!)).toContain('version 1 is missing');
  expect(faults({ 'facts.colour': {} })).toContain('facts.colour becomes nothing');
  expect(faults({ 'facts.colour': { family: asItWas } })).toContain('two become facts.family');
  expect(faults({ 'facts.colour': { hue: asItWas } })).toContain('facts.colour has no hue to go to');
  expect(faults({ 'facts.sex': { sex: asItWas } })).toContain('facts.sex is not read as sex');
  expect(faults({ 'people.people': { people: asItWas, others: asItWas } })).toContain(
    'people.people cannot be divided',
  );
  expect(faults({ 'facts.age': { age: asItWas } })).toContain('facts.age never was');
});
