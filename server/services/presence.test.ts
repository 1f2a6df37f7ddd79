import { expect, test } from 'vitest';
import type { DeviceId, DocumentId, PenId, PersonId, SectionKey } from '#sync/model/ids.ts';
import { openPresence, silenceMs } from './presence.ts';
import { presenceBus, type PresenceWord } from './presence-bus.ts';

const doc = 'document-0000001' as DocumentId;
const child = { doc, section: 'child' as SectionKey };
const word = (name: string, place: PresenceWord['place'] = child, pen: string | null = name): PresenceWord => ({
  authority: 'authority',
  person: name as PersonId,
  device: name as DeviceId,
  pen: pen as PenId | null,
  place,
});

function opened() {
  const clock = { now: 1_000 };
  const presence = openPresence({ now: () => clock.now }, presenceBus());
  const near = (name: string) =>
    presence.near('authority', name as PersonId, name as DeviceId).map((one) => one.person);
  return { presence, clock, near };
}

test('two who write in one document are near each other; whoever only looks on is near nobody', () => {
  const { presence, near } = opened();
  presence.say(word('anna'));
  presence.say(word('ben', { doc, section: 'views' as SectionKey }));
  expect([near('anna'), near('ben'), near('cleo')]).toEqual([['ben'], ['anna'], []]);
  presence.say(word('cleo', { doc: 'document-0000002' as DocumentId, section: child.section }));
  expect([near('anna'), near('cleo')]).toEqual([['ben'], []]);
});

test('one is not there any more when one says so, in that tab or all of them, and after a short silence', () => {
  const { presence, clock, near } = opened();
  presence.say(word('anna'));
  presence.say(word('ben', child, 'first tab'));
  presence.say(word('ben', child, 'second tab'));
  presence.say(word('ben', null, 'first tab'));
  expect(near('anna')).toEqual(['ben']);
  presence.say(word('ben', null, null));
  expect(near('anna')).toEqual([]);

  presence.say(word('ben'));
  clock.now += silenceMs - 1;
  presence.say(word('anna'));
  expect(near('anna')).toEqual(['ben']);
  clock.now += 1;
  expect(near('anna')).toEqual([]);
  presence.say(word('ben'));
  expect(near('anna')).toEqual(['ben']);
});

test('whom it concerns hears of coming, moving and going, and not of each sign of life', () => {
  const { presence, clock } = opened();
  const rung = { anna: 0, cleo: 0 };
  presence.say(word('anna'));
  for (const name of ['anna', 'cleo'] as const) presence.listen(name as DeviceId, () => (rung[name] += 1));
  presence.say(word('ben'));
  expect(rung.anna).toBe(1);
  clock.now += 30_000;
  presence.say(word('ben'));
  expect(rung.anna).toBe(1);
  presence.say(word('ben', { doc, section: 'views' as SectionKey }));
  expect(rung.anna).toBe(2);
  presence.say(word('ben', null));
  expect(rung.anna).toBe(3);
  presence.say(word('ben', null));
  expect(rung).toEqual({ anna: 3, cleo: 0 });
});

test('of another authority nothing is near, and neither are one’s own other devices', () => {
  const { presence, near } = opened();
  presence.say(word('anna'));
  presence.say({ ...word('ben'), authority: 'another' });
  presence.say({ ...word('anna'), device: 'her telephone' as DeviceId });
  expect(near('anna')).toEqual([]);
});

test('a device that invents tabs without end is forgotten in most of them', () => {
  const { presence, near } = opened();
  presence.say(word('anna'));
  for (let n = 0; n < 500; n += 1) presence.say(word('ben', child, `tab ${String(n)}`));
  expect(near('anna').length).toBeLessThanOrEqual(8);
});
