import { expect, test } from 'vitest';
import { isItems, type Fields } from './define.ts';
import { request } from './request/index.ts';
import { formSaidTo } from './said-to.ts';

const wordsIn = (fields: Fields): string[] =>
  Object.values(fields).flatMap((field) => [
    field.label,
    field.hint ?? '',
    field.requiredToSubmit ?? '',
    ...(isItems(field) ? wordsIn(field.fields) : []),
  ]);

test('a parent and a young person are spoken to, and a school reads of them', () => {
  const consent = (roles: Parameters<typeof formSaidTo>[1]) => formSaidTo(request, roles).sections.consent!.fields;
  expect(consent(['senco']).consent_given?.label).toBe('Do they know about this request and agree to it?');
  for (const role of ['parent', 'young-person'] as const) {
    expect(consent([role]).consent_given?.label).toBe('Do you agree to this request?');
    expect(consent([role]).consent_given?.options).toContainEqual({
      value: 'not-known',
      label: 'No, I did not know about it',
    });
  }
  expect(formSaidTo(request, ['senco', 'co-ordinator'])).toBe(request);
});

test('nothing that a young person is asked about themselves says «they»', () => {
  const { sections } = formSaidTo(request, ['young-person']);
  const own = [
    'consent',
    'child',
    'child-address',
    'child-photo',
    'current-settings',
    'previous-settings',
    'views',
    'important-family',
  ];
  const words = own.flatMap((key) => [
    sections[key]!.title,
    sections[key]!.guide ?? '',
    ...wordsIn(sections[key]!.fields),
  ]);
  expect(words.length).toBeGreaterThan(100);
  expect(
    words.filter(
      (text) => /\b(they|their|them|themselves|young person)\b/i.test(text) && !/Somebody|you ask them/.test(text),
    ),
  ).toEqual([]);
});

test('every other wording stands for a question that is there, and changes nothing but words', () => {
  const places = Object.entries(request.sections).flatMap(([key, { fields }]) => [
    key,
    ...Object.entries(fields as Fields).flatMap(([name, field]) => [
      `${key}.${name}`,
      ...(isItems(field) ? Object.keys(field.fields).map((inner) => `${name}.${inner}`) : []),
    ]),
  ]);
  const said = Object.values(request.saidTo).flatMap((one) => Object.keys(one));
  expect(said.filter((place) => !places.includes(place))).toEqual([]);
  const bare = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (name, one: unknown) =>
        /^(title|guide|label|hint|requiredToSubmit)$/.test(name) ? undefined : one,
      ),
    );
  for (const role of ['parent', 'young-person'] as const)
    expect(bare(formSaidTo(request, [role]))).toEqual(bare(request));
});
