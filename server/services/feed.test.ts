import { expect, test } from 'vitest';
import type { DeviceId, PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { nextTurn } from '#server/storage/next-turn.ts';
import { feedListeners, listedAs, type Concerns } from './feed.ts';

function told(person: string, roles: RoleName[] = ['senco'], device = 'd') {
  const heard: string[] = [];
  const reader = { authority: 'a', person: person as PersonId, roles, device: device as DeviceId };
  return { heard, listener: { reader: () => reader, heard: () => void heard.push(person) } };
}

function concerning(people: string[], listed: `${string} ${string}`[] = [], authors: string[] = []): Concerns {
  const named = listed.map((one) => listedAs(...(one.split(' ') as [string, string])));
  return { people: new Set(people), listed: new Set(named), authors: new Set(authors) };
}

test('a commit wakes those in its documents and those whose lists hold them, and nobody else', () => {
  const listeners = feedListeners();
  const [mother, stranger, officer] = [told('mother'), told('stranger'), told('officer', ['co-ordinator'])];
  for (const { listener } of [mother, stranger, officer]) listeners.listen('a', listener);
  listeners.tell('a', concerning(['mother'], ['request draft']));
  expect([mother.heard, stranger.heard, officer.heard].map((heard) => heard.length)).toEqual([1, 0, 0]);
  listeners.tell('a', concerning(['mother'], ['request received']));
  expect([mother.heard, stranger.heard, officer.heard].map((heard) => heard.length)).toEqual([2, 0, 1]);
  listeners.tell('b', concerning(['mother']));
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
  const commit = concerning(['mother']);
  listeners.tell('a', commit);
  stop();
  listeners.tell('a', commit);
  expect([telephone.heard.length, computer.heard.length]).toEqual([1, 2]);
});

test('a device whose words they are has its answer: it is woken after the others, also those of the same person', async () => {
  const listeners = feedListeners();
  const order: string[] = [];
  for (const [person, device] of [
    ['author', 'telephone'],
    ['author', 'computer'],
    ['mother', 'tablet'],
  ] as const) {
    const { reader } = told(person, ['senco'], device).listener;
    listeners.listen('a', { reader, heard: () => void order.push(device) });
  }
  listeners.tell('a', concerning(['author', 'mother'], [], ['telephone']));
  expect(order).toEqual(['computer', 'tablet']);
  await nextTurn();
  expect(order).toEqual(['computer', 'tablet', 'telephone']);
});
