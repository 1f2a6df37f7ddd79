/** What every type of field must hold to: its own random values are accepted, the same as themselves, and printed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldDefinition } from '../forms/define.ts';
import type { Json } from '../model/edit.ts';
import type { FieldType } from './field-type.ts';

const labels = () => new Map<string, string>();
const today = '2026-11-22';

export function fieldTypeLaws(type: FieldType, field: FieldDefinition): void {
  const law = (name: string, holds: (value: Json) => void) =>
    test(`${type.name}: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (numbers) => {
          let at = 0;
          holds(type.generate(field, (below) => (numbers[(at += 1) % numbers.length] ?? 0) % below));
        }),
        { numRuns: 100 },
      );
    });

  law('a value that people could give is accepted, saved and the same as itself', (value) => {
    expect(type.accepts(value, field)).toBe(true);
    expect(type.same(value, structuredClone(value))).toBe(true);
    expect(
      type.problems(value, field, today).filter((problem) => problem.level === 'error' && problem.text === ''),
    ).toEqual([]);
  });
  law('what is not empty is printed, and prints no control letters', (value) => {
    const lines = type.print(value, field, labels);
    expect(lines.length > 0).toBe(!type.isEmpty(value));
    for (const line of lines) expect(line).not.toMatch(/[\0\n\r]/);
  });
  test(`${type.name}: no answer is empty, prints nothing and is no problem`, () => {
    expect(type.isEmpty(null)).toBe(true);
    expect(type.print(null, field, labels)).toEqual([]);
    expect(type.problems(null, field, today)).toEqual([]);
  });
  test(`${type.name}: what it cannot hold is not accepted`, () => {
    for (const wrong of [true, 5.5, { a: 1 }, [[]], 'x'.repeat(100_000), 'with\0nul'])
      expect(type.accepts(wrong, field)).toBe(false);
  });
}
