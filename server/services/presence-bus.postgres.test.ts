import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceId, DocumentId, PenId, PersonId, SectionKey } from '#sync/model/ids.ts';
import type { Storage } from '#server/storage/database.ts';
import { postgresDatabase } from '#tests/postgres/databases.ts';
import { openPresence } from './presence.ts';
import { presenceBus, type PresenceWord } from './presence-bus.ts';

const idOf = <Id extends string>(letter: string): Id => letter.repeat(16) as Id;
const doc = idOf<DocumentId>('d');
const word = (letter: string, place: PresenceWord['place']): PresenceWord => ({
  authority: idOf('a'),
  person: idOf<PersonId>(letter),
  device: idOf<DeviceId>(letter),
  pen: idOf<PenId>(letter),
  place,
});

type Database = Awaited<ReturnType<typeof postgresDatabase>>;
let database: Database;
let storages: readonly [Storage, Storage];
beforeEach(async () => {
  database = await postgresDatabase();
  storages = [await database.open(), await database.open()];
});
afterEach(async () => {
  for (const storage of storages) await storage.close();
  await database.dispose();
});

function serverOver(storage: Storage) {
  const presence = openPresence({ now: () => 1_000 }, presenceBus(storage.others));
  const near = (letter: string) => presence.near(idOf('a'), idOf(letter), idOf(letter)).map((one) => one.person);
  return { ...presence, near };
}

test('who writes where is known at every server over one database, whichever of them was told', async () => {
  const [one, two] = [serverOver(storages[0]), serverOver(storages[1])];
  const child = { doc, section: 'child' as SectionKey };
  let rung = 0;
  one.listen(idOf('k'), () => (rung += 1));
  one.say(word('k', child));
  two.say(word('l', child));
  await expect.poll(() => [one.near('k'), two.near('k')]).toEqual([[idOf('l')], [idOf('l')]]);
  expect(rung).toBe(2);
  one.say(word('l', null));
  await expect.poll(() => [one.near('k'), two.near('k')]).toEqual([[], []]);
});

test('the longest word arrives whole, and one that cannot be read is passed over', async () => {
  const heard: PresenceWord[] = [];
  presenceBus(storages[1].others).hear((said) => heard.push(said));
  const longest = word('k', { doc, section: `${'s'.repeat(41)}~${'x'.repeat(16)}` as SectionKey });
  for (const broken of ['', '{', '[]', JSON.stringify({ ...longest, person: 'somebody' })])
    storages[0].others?.tell('presence', broken);
  presenceBus(storages[0].others).tell(longest);
  await expect.poll(() => heard).toEqual([longest]);
});
