import { expect, test } from 'vitest';
import { codeLists } from '../../codes/index.ts';
import { fieldTypes } from '../../field-types/index.ts';
import { takes } from '../../rules/index.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from '../define.ts';
import { request } from './index.ts';

const form: FormDefinition = request;
interface Asked {
  readonly section: string;
  readonly name: string;
  readonly field: FieldDefinition;
  readonly neighbours: Fields;
}
const fieldsIn = (section: string, fields: Fields): Asked[] =>
  Object.entries(fields).flatMap(([name, field]) => [
    { section, name, field, neighbours: fields },
    ...(isItems(field) ? fieldsIn(section, field.fields) : []),
  ]);
const all = Object.entries(form.sections).flatMap(([key, section]) => fieldsIn(key, section.fields));
const named = (section: string, name: string) => all.find((one) => one.section === section && one.name === name)?.field;

test('the request has consent and nine more sections, in the order of the form', () => {
  const drawn = Object.entries(form.sections)
    .filter(([, section]) => section.within === undefined)
    .map(([key]) => key);
  expect(drawn).toEqual([
    'consent',
    'requester',
    'child',
    'contacts',
    'current-settings',
    'previous-settings',
    'important',
    'views',
    'needs',
    'documents',
  ]);
});

test('every question has a type, a rule that fits it, a label, and lists that exist', () => {
  expect(all.length).toBeGreaterThan(100);
  for (const { section, name, field } of all) {
    const where = `${section}.${name}`;
    expect(fieldTypes[field.type], where).toBeDefined();
    expect(field.label, where).not.toBe('');
    const isStored = !['computed', 'files'].includes(field.type);
    const kind = isItems(field) ? 'add' : field.type === 'rich-text' ? 'text' : 'set';
    expect(takes(field.rule, kind), where).toBe(isStored);
    if (field.type === 'choice') expect(codeLists[String(field.list)], where).toBeDefined();
    if (field.type === 'radios' || field.type === 'checkboxes')
      expect((field.options as unknown[]).length, where).toBeGreaterThan(1);
    if (field.requiredToSubmit !== undefined) expect(field.requiredToSubmit, where).toMatch(/^(Enter|Select) [^.]+$/);
    if (field.hint !== undefined) expect(field.hint, where).toMatch(/\.$/);
  }
});

test('conditions, defaults and sections point at what is there', () => {
  for (const { section, name, field, neighbours } of all) {
    const where = `${section}.${name}`;
    for (const when of field.when ?? []) {
      const [other, inOther] = when.field.split('.', 2);
      const target = inOther === undefined ? neighbours[when.field] : form.sections[other ?? '']?.fields[inOther];
      expect(target, `${where} when ${when.field}`).toBeDefined();
      if (target === undefined) continue;
      for (const value of when.is)
        if (value !== null)
          expect(fieldTypes[target.type]?.accepts(value, target), `${where} when ${when.field}`).toBe(true);
      // What is no longer asked keeps its answer, so whoever depends on it names its conditions too.
      for (const further of inOther === undefined ? (target.when ?? []) : []) {
        const opener = further.field.split('.').pop();
        expect(
          field.when?.some((one) => one.field.split('.').pop() === opener),
          `${where} also when ${further.field}`,
        ).toBe(true);
      }
    }
    if (field.defaultsTo !== undefined && 'field' in field.defaultsTo)
      expect(neighbours[field.defaultsTo.field], where).toBeDefined();
    if (field.section !== undefined) expect(form.sections[field.section], where).toBeDefined();
    for (const source of ['born', 'offset'])
      if (field[source] !== undefined) expect(neighbours[String(field[source])], where).toBeDefined();
  }
  for (const [key, { within, hiddenFrom }] of Object.entries(form.sections)) {
    if (within !== undefined) expect(form.sections[within], key).toBeDefined();
    if (hiddenFrom === undefined) continue;
    // Whoever is hidden from the section must not be able to undo the wish from outside it.
    expect(
      all.some((one) => one.name === hiddenFrom.when.field && (one.field.section ?? one.section) === key),
      key,
    ).toBe(true);
    const inItems =
      hiddenFrom.orAnyItem?.when.map((when) => all.find((one) => one.name === when.field)?.field.section) ?? [];
    for (const section of inItems) expect(form.sections[section ?? '']?.hiddenFrom, key).toBeDefined();
  }
});

test('no two questions of one drawn section read alike, so that each can be told from its neighbours by its words', () => {
  for (const key of Object.keys(form.sections)) {
    const parts = [key, ...Object.keys(form.sections).filter((other) => form.sections[other]?.within === key)];
    const labels = parts.flatMap((part) =>
      Object.values(form.sections[part]?.fields ?? {}).map((field) => field.label),
    );
    expect(new Set(labels).size, key).toBe(labels.length);
  }
});

test('what must be answered to send a request is what the form marks, no more and no less', () => {
  const required = all
    .filter(({ field }) => field.requiredToSubmit !== undefined)
    .map(({ section, name }) => `${section}.${name}`);
  const areas = ['communication', 'cognition', 'semh', 'sensory'].flatMap((area) =>
    ['strengths', 'needs', 'done_so_far'].map((name) => `needs-${area}.${name}`),
  );
  expect(required).toEqual([
    'consent.consent_given',
    'requester.by_young_person',
    'requester.req_name',
    'requester.req_relationship',
    'requester.req_email',
    'requester.req_phone',
    'child.first_name',
    'child.last_name',
    'child.dob',
    'child.gender',
    ...areas,
  ]);
});

test('facts that matter are settled by a person and never by the clock', () => {
  const facts = [
    ['consent', 'consent_given'],
    ['child', 'first_name'],
    ['child', 'last_name'],
    ['child', 'dob'],
    ['child', 'upn'],
    ['child', 'uln'],
    ['child', 'nhs_number'],
    ['child-address', 'address'],
    ['child-address', 'address_private'],
    ['contacts', 'has_parental_responsibility'],
    ['contacts', 'address'],
    ['contacts', 'keep_address_private'],
  ] as const;
  for (const [section, name] of facts) expect(named(section, name)?.rule, `${section}.${name}`).toBe('ask');
});

test('the four areas of need ask the same', () => {
  const keys = ['needs-communication', 'needs-cognition', 'needs-semh', 'needs-sensory'].map((key) =>
    Object.keys(form.sections[key]?.fields ?? {}),
  );
  expect(keys[0]).toEqual(['is_need', 'strengths', 'needs', 'done_so_far', 'has_outcomes', 'outcomes']);
  for (const other of keys) expect(other).toEqual(keys[0]);
});

test('tags are never printed, and the child’s email address says that nothing is sent to it', () => {
  expect(named('child-officer', 'tags')).toMatchObject({ print: 'omit', exclusive: 'none' });
  expect(named('child-setting', 'setting_tags')).toMatchObject({ print: 'omit' });
  expect(named('child-address', 'email')?.hint).toContain('never send');
});
