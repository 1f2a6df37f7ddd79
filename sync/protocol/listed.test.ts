import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentChange } from './changes.ts';
import { dayMs, minuteMs, packNames, packPage, unpackListed, type Listed } from './listed.ts';
import { withListed } from './pack.ts';

const word = fc.constantFrom('Zofia', 'Łucja', 'O’Brien', 'Al-Amin', '', '李', 'two\nlines');
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const day = fc.integer({ min: 0, max: 40_000 }).map((at) => new Date(at * dayMs).toISOString().slice(0, 10));
const row = fc
  .record(
    {
      t: fc.constant('doc'),
      doc: fc.stringMatching(/^[A-Za-z0-9_-]{16}$/),
      kind: fc.constantFrom('request', 'advice'),
      form: fc.integer({ min: 1, max: 3 }),
      stage: fc.constantFrom('received', 'closed'),
      may: fc.subarray(['see', 'download']),
      starter: fc.record({ name, role: fc.constantFrom('senco', 'parent', '') }),
      caseNumber: fc.oneof(
        fc.constantFrom('EHC/26/0001', 'EHC/26/12345', 'EHC/26/01234', 'EHC/26/000000000001', '7', 'old/no', '/0001/'),
        fc.nat({ max: 9999 }).map((number) => `EHC/25/${String(number).padStart(4, '0')}`),
      ),
      receivedOn: day,
      bornOn: fc.oneof(day, fc.constantFrom('2019-02-', '1919-01-01', '2019-02-31', 'soon')),
      days: fc.nat({ max: 400 }),
      minutes: fc.nat({ max: 30_000_000 }),
      childName: name,
    },
    { requiredKeys: ['t', 'doc', 'kind', 'form', 'stage', 'may', 'starter', 'days', 'minutes', 'childName'] },
  )
  .map(({ childName, bornOn, days, minutes, starter, ...rest }) => ({
    ...rest,
    starter: { id: '', ...starter },
    createdAt: Math.floor((minutes * minuteMs) / dayMs - days) * dayMs,
    updatedAt: minutes * minuteMs,
    summary: { name: childName, ...(bornOn !== undefined && { bornOn }) },
    full: false,
  }));

/** As the server does it, in one go. */
function listed(pages: readonly (readonly DocumentChange[])[]): Listed {
  const [words, people]: [Map<string, number>, Map<string, number>] = [new Map(), new Map()];
  const placeIn = (all: Map<string, number>, one: string) => {
    if (!all.has(one)) all.set(one, all.size);
    return all.get(one) ?? 0;
  };
  const places = {
    word: (one: string) => placeIn(words, one),
    person: (one: { name: string; role: string }) => placeIn(people, JSON.stringify([one.name, one.role])),
  };
  const packed = pages.map((rows) => packPage(rows, places));
  const each = [...people.keys()].map((key) => JSON.parse(key) as [string, string]);
  const names = packNames(
    each.map(([one]) => one),
    places,
  );
  const all = { words: [...words.keys()], people: names, roles: each.map(([, role]) => role) };
  return JSON.parse(JSON.stringify({ names: all, pages: [...packed, null] })) as Listed;
}

test('a list that came by page has every row as it was, with odd names, numbers and dates', () => {
  let rows = 0;
  fc.assert(
    fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { maxLength: 3 }), (pages) => {
      const sent = pages as unknown as DocumentChange[][];
      expect(unpackListed(listed(sent))).toEqual(sent.flat());
      rows += sent.flat().length;
    }),
    { numRuns: 300 },
  );
  expect(rows).toBeGreaterThan(1_000);
});

test('lines of a list stand before what changed since, and are among what the manifest keeps', () => {
  const [one] = fc.sample(row, { numRuns: 1, seed: 1 }) as unknown as DocumentChange[];
  if (one === undefined) throw new Error('no row was made');
  const change = { ...one, full: true };
  const frame = withListed({
    ...{ from: null, to: 'aaaaaaaaaaaaaaaaaaaaaa', more: false, changes: [change] },
    ...{ manifest: [{ doc: one.doc, sections: { child: 1 } as never }], listed: listed([[one]]) },
  });
  expect(frame.changes).toEqual([one, change]);
  expect(new Map(frame.manifest?.map(({ doc, sections }) => [doc, sections])).get(one.doc)).toEqual({ child: 1 });
});
