/**
 * The laws of conflict rules, as property tests: every value rule's own test calls `ruleLaws(rule)`, and the fold's test
 * calls `foldLaws` for whole documents. They hold for any order and grouping of arrival.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../model/edit.ts';
import type { DeviceId, PenId, PersonId } from '../model/ids.ts';
import type { Side } from '../model/state.ts';
import { sameJson } from '../field-types/scalar.ts';
import type { ValueRule } from './rule.ts';

export const lawRuns = 300;

const value = fc.constantFrom<Json>(null, 'Aisha', 'Ayesha', '2015-03-27', 'yes', ['a', 'b']);

/** Sides of different devices, with stamps that often tie. */
const sidesOf = fc
  .uniqueArray(fc.record({ device: fc.integer({ min: 0, max: 8 }), value, stamp: fc.integer({ min: 1, max: 4 }) }), {
    selector: (side) => side.device,
    minLength: 1,
    maxLength: 9,
  })
  .map((sides) =>
    sides.map(({ device, ...side }, at): Side => ({
      ...side,
      device: `device-${device}` as DeviceId,
      person: `person-${device}` as PersonId,
      pen: `pen-${device}` as PenId,
      n: 1,
      ver: at + 1,
    })),
  );

export function ruleLaws(rule: ValueRule): void {
  const law = (name: string, holds: (base: Json, sides: Side[]) => void) =>
    test(`${rule.name}: ${name}`, () => fc.assert(fc.property(value, sidesOf, holds), { numRuns: lawRuns }));

  law('any order of the sides gives the same answer', (base, sides) => {
    const shuffled = [...sides].sort((a, b) => ((a.stamp * 7 + a.ver * 3) % 5) - ((b.stamp * 7 + b.ver * 3) % 5));
    expect(rule.merge(base, shuffled, sameJson)).toEqual(rule.merge(base, sides, sameJson));
    expect(rule.merge(base, [...sides].reverse(), sameJson)).toEqual(rule.merge(base, sides, sameJson));
  });
  law('the same sides twice give the same answer as once', (base, sides) => {
    expect(rule.merge(base, [...sides, ...sides], sameJson)).toEqual(rule.merge(base, sides, sameJson));
  });
  law('nothing stands that nobody wrote', (base, sides) => {
    const answer = rule.merge(base, sides, sameJson);
    expect([base, ...sides.map((side) => side.value)].some((written) => sameJson(written, answer.value))).toBe(true);
  });
  law('people who give the same answer have no conflict', (base, sides) => {
    const [first] = sides;
    const agreeing = sides.map((side) => ({ ...side, value: first?.value ?? null }));
    expect(rule.merge(base, agreeing, sameJson)).toEqual({ value: first?.value ?? null, open: false });
  });
  law('one side alone stands', (base, sides) => {
    for (const side of sides) expect(rule.merge(base, [side], sameJson)).toEqual({ value: side.value, open: false });
  });
}
