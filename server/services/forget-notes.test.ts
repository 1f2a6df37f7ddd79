import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secondPlaceIn } from '#server/adapters/second-place/folder.ts';
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import type { Note } from '#server/storage/notes.ts';
import { forgetOldNotes } from './forget-notes.ts';

const day = 24 * 60 * 60_000;
let folder: string;
let clock: number;
let place: SecondPlace;
const ports = { now: () => clock, random: (count: number) => new Uint8Array(count) };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-notes-'));
  clock = Date.UTC(2026, 5, 1, 9);
  place = secondPlaceIn(folder, ports.now);
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true });
});

const commit = (seq: number): Note => ({ is: 'commit', of: 'authority', seq, mark: seq, epoch: 1 });
const ended = (what: 'share' | 'session' | 'account' | 'membership' | 'device', id: string): Note => ({
  is: 'ended',
  what,
  id,
  at: 1,
});
const add = (...notes: Note[]) => place.add(JSON.stringify(notes), true);
async function standing(): Promise<Note[]> {
  const notes: Note[] = [];
  for await (const line of place.read()) notes.push(...(JSON.parse(line) as Note[]));
  return notes;
}
/** A note a day, of each kind. */
async function writeDays(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1, clock += day) {
    const id = String(number);
    await add(commit(number), { is: 'edits', pen: id, at: clock, taken: [[1, 'hash']] }, { is: 'sent', id });
    await add(ended(number % 2 === 0 ? 'share' : 'account', id), ended('session', id));
    await add({ is: 'number', of: 'authority', year: 2026, last: number });
    await add({ is: 'audit', of: 'authority', last: number, hash: id, at: clock, signature: id });
  }
}

test('what no backup can be put back to, and no device offers again, is forgotten; rights that ended and numbers never are', async () => {
  await writeDays(100);
  const forget = forgetOldNotes(place, ports);
  await forget(undefined);
  expect(readdirSync(folder)).toHaveLength(100);
  // A backup can still be restored to the fortieth day from the end.
  const since = clock - 40 * day;
  await forget({ at: clock, heads: [], since });
  expect(readdirSync(folder)).toHaveLength(41);
  const stands = await standing();
  const kinds = (is: Note['is']) => stands.filter((one) => one.is === is);
  expect(kinds('ended').filter((one) => one.is === 'ended' && one.what !== 'session')).toHaveLength(100);
  expect(kinds('number')).toHaveLength(100);
  expect(kinds('audit')).toHaveLength(100);
  expect(kinds('commit').map((one) => one.is === 'commit' && one.seq)).toEqual(
    Array.from({ length: 40 }, (_, at) => at + 61),
  );
  for (const is of ['edits', 'sent'] as const) expect(kinds(is)).toHaveLength(40);
  // Later once more: what was kept is kept.
  clock += 50 * day;
  await add(commit(200));
  await forget({ at: clock, heads: [], since: clock - 3 * day });
  expect(readdirSync(folder)).toHaveLength(2);
  expect((await standing()).filter(({ is }) => is === 'number')).toHaveLength(100);
  expect((await standing()).at(-1)).toEqual(commit(200));
});

test('thirty-five days stay whatever the backup keeps, and the newest line stays after any silence', async () => {
  await writeDays(60);
  await forgetOldNotes(place, ports)({ at: clock, heads: [], since: clock - day });
  expect((await standing()).filter(({ is }) => is === 'commit')).toHaveLength(35);
  clock += 365 * day;
  await forgetOldNotes(place, ports)({ at: clock, heads: [], since: clock - day });
  expect((await standing()).filter(({ is }) => is === 'commit')).toEqual([commit(60)]);
});

test('forgetting that was cut off doubles what stays and loses nothing; whoever reads meanwhile reads all', async () => {
  await writeDays(50);
  const before = readdirSync(folder);
  const reader = place.read()[Symbol.asyncIterator]();
  await reader.next();
  await forgetOldNotes(place, ports)({ at: clock, heads: [], since: clock - 5 * day });
  expect(readdirSync(folder)).toEqual(before);
  await reader.return?.();
  const oldest = { name: before[0] ?? '', text: JSON.stringify([ended('device', 'again')]) };
  await forgetOldNotes(place, ports)({ at: clock, heads: [], since: clock - 5 * day });
  // As if it had been killed before the days went.
  writeFileSync(join(folder, oldest.name), `${oldest.text}\n`);
  await forgetOldNotes(place, ports)({ at: clock, heads: [], since: clock - 4 * day });
  const numbers = (await standing()).flatMap((one) => (one.is === 'number' ? [one.last] : []));
  expect(new Set(numbers).size).toBe(50);
  expect((await standing()).filter((one) => one.is === 'ended' && one.id === 'again')).toHaveLength(1);
});
