import { expect, test } from 'vitest';
import type { DeviceId, PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { feedListeners, listedAs } from './feed.ts';

function told(person: string, roles: RoleName[] = ['senco']) {
  const heard: string[] = [];
  const reader = { authority: 'a', person: person as PersonId, roles, device: 'd' as DeviceId };
  return { heard, listener: { reader: () => reader, heard: () => void heard.push(person) } };
}

test('a commit wakes those in its documents and those whose lists hold them, and nobody else', () => {
  const listeners = feedListeners();
  const [mother, stranger, officer] = [told('mother'), told('stranger'), told('officer', ['co-ordinator'])];
  for (const { listener } of [mother, stranger, officer]) listeners.listen('a', listener);
  listeners.tell('a', { people: new Set(['mother']), listed: new Set([listedAs('request', 'draft')]) });
  expect([mother.heard, stranger.heard, officer.heard].map((heard) => heard.length)).toEqual([1, 0, 0]);
  listeners.tell('a', { people: new Set(['mother']), listed: new Set([listedAs('request', 'received')]) });
  expect([mother.heard, stranger.heard, officer.heard].map((heard) => heard.length)).toEqual([2, 0, 1]);
  listeners.tell('b', { people: new Set(['mother']), listed: new Set() });
  expect(mother.heard).toHaveLength(2);
});

test('a hint that does not say whom it concerns wakes everybody, until they stop listening', () => {
  const listeners = feedListeners();
  const [one, other] = [told('one'), told('other')];
  const stop = listeners.listen('a', one.listener);
  listeners.listen('a', other.listener);
  listeners.tell('a');
  stop();
  listeners.tell('a');
  expect([one.heard.length, other.heard.length]).toEqual([1, 2]);
});

test('a device of the same person that goes on listening is woken when another one stopped', () => {
  const listeners = feedListeners();
  const [telephone, computer] = [told('mother'), told('mother')];
  const stop = listeners.listen('a', telephone.listener);
  listeners.listen('a', computer.listener);
  const commit = { people: new Set(['mother']), listed: new Set<string>() };
  listeners.tell('a', commit);
  stop();
  listeners.tell('a', commit);
  expect([telephone.heard.length, computer.heard.length]).toEqual([1, 2]);
});
