import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentChange } from '#sync/protocol/changes.ts';
import { unpackListed, type Listed } from '#sync/protocol/listed.ts';
import { groupsOf, listedEnd, rowsPerGroup, secondOf, withChanges, type Group, type ListedRow } from './list-pages.ts';
import { gzipAround } from './packed-text.ts';

const minuteMs = 60_000;
function rowOf(id: number, at: number, name: string, starter = 'Sam Marsh'): ListedRow {
  const updatedAt = Math.floor(at / minuteMs) * minuteMs;
  const row: unknown = {
    ...{ t: 'doc', doc: `doc-${String(id).padStart(12, '0')}`, kind: 'request', form: 1, stage: 'received' },
    ...{ may: ['see', 'download'], starter: { id: '', name: starter, role: 'senco' }, receivedOn: '2026-09-14' },
    ...{ createdAt: 0, updatedAt, summary: { name }, full: false },
  };
  return { at, row: row as DocumentChange };
}
const inOrder = (rows: readonly ListedRow[]) =>
  rows.toSorted((a, b) => a.at - b.at || (a.row.doc < b.row.doc ? -1 : 1));

/** What a device makes of the bytes. */
function told({ names, pages }: Group): DocumentChange[] {
  const body = gunzipSync(gzipAround('', [names, ...pages.map(({ text }) => text)], listedEnd)).toString();
  return unpackListed(JSON.parse(body) as Listed);
}
const everything = (groups: readonly Group[]) => groups.flatMap(told);

test('a list kept true by what changed is the list that is put together anew', () => {
  const names = fc.constantFrom('Zofia Nowak', 'Ben Marsh', 'Amina Patel', '');
  const some = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 100 }), names, names), { maxLength: 30 });
  let left = 0;
  fc.assert(
    fc.property(some, fc.array(some, { maxLength: 4 }), (first, later) => {
      const rows = new Map(first.map(([id, day, ...name]) => [id, rowOf(id, day * 86_400_000, ...name)]));
      let groups = groupsOf(inOrder([...rows.values()]));
      for (const step of later) {
        const changed = new Map<string, ListedRow | undefined>();
        for (const [id, day, ...name] of step) {
          // Every third takes a row away.
          const now = (id + day) % 3 === 0 ? undefined : rowOf(id, day * 86_400_000, ...name);
          if (now === undefined) left += rows.delete(id) ? 1 : 0;
          else rows.set(id, now);
          changed.set(rowOf(id, 0, '').row.doc, now);
        }
        groups = withChanges(groups, changed);
        const byId = (all: readonly DocumentChange[]) => all.toSorted((a, b) => (a.doc < b.doc ? -1 : 1));
        expect(byId(everything(groups))).toEqual(byId([...rows.values()].map(({ row }) => row)));
      }
    }),
  );
  expect(left).toBeGreaterThan(20);
});

test('a name that nobody in the list has any more lies nowhere in its bytes', () => {
  const groups = groupsOf([
    rowOf(1, 0, 'Zofia Wintertree', 'Kim Gone'),
    rowOf(2, 1, 'Ben Marsh'),
    rowOf(3, 2, 'Amina Patel'),
  ]);
  const bytes = (all: readonly Group[]) =>
    all.flatMap(({ names, pages }) => [names, ...pages.map(({ text }) => text)]).join() +
    all.map((group) => gunzipSync(gzipAround('', [group.names], '')).toString()).join();
  const text = (all: readonly Group[]) =>
    bytes(all) +
    all
      .flatMap(({ names, pages }) => [names, ...pages.map((page) => page.text)])
      .map((one) => one.text.toString())
      .join();
  expect(text(groups)).toContain('Wintertree');
  const renamed = withChanges(groups, new Map([[rowOf(1, 0, '').row.doc, rowOf(1, 0, 'Zofia Nowak', 'Kim Gone')]]));
  expect(text(renamed)).not.toContain('Wintertree');
  expect(text(renamed)).toContain('Gone');
  const gone = withChanges(renamed, new Map([[rowOf(1, 0, '').row.doc, undefined]]));
  expect(text(gone)).not.toMatch(/Gone|Zofia/);
  expect(everything(gone).map(({ summary }) => summary.name)).toEqual(['Ben Marsh', 'Amina Patel']);
});

test('what was received in one second is told in one go, however long the list is', () => {
  const second = 1_000;
  const rows = Array.from({ length: rowsPerGroup + 40 }, (_, at) =>
    rowOf(at, (at < rowsPerGroup - 20 ? at : rowsPerGroup) * second, 'Ben Marsh'),
  );
  const groups = groupsOf(rows);
  expect(groups.length).toBe(1);
  const more = groupsOf([...rows, rowOf(99_999, (rowsPerGroup + 9) * second, 'Ben Marsh')]);
  expect(more.map((group) => told(group).length)).toEqual([rowsPerGroup + 40, 1]);
  expect(secondOf({ at: more[0]?.pages.at(-1)?.ats.at(-1) ?? 0 })).toBeLessThan(rowsPerGroup + 9);
});
