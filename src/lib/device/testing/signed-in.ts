/** A Hub that one can sign in to, and a device in front of it. */
import { expect } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Hub, SessionState } from '../hub.ts';
import { makeHub } from '../make-hub.ts';
import { roundsMin } from '../pass-slot.ts';
import { localKeeper } from '../vault-keeper.ts';
import { testDevice, type TestDevice } from './device.ts';
import { sessionOf, testOwner } from './owner.ts';
import { scriptedHub, section, type ScriptedHub } from './scripted-hub.ts';

export const password = 'a long password of words';
export interface Signing extends ScriptedHub {
  isOffline: boolean;
}

/** The scripted Hub with a sign-in: every password is right and the code is 123456; the e-mail address says who it is. */
export function signingHub(): Signing {
  const hub = scriptedHub();
  const real = hub.fetch;
  let email = '';
  const personOf = () => (email.startsWith('robin') ? testOwner.person : 'person-000000002');
  const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
  return Object.assign(hub, {
    isOffline: false,
    fetch: (async (input: RequestInfo | URL, init?: RequestInit) => {
      if ((hub as Signing).isOffline) throw new TypeError('network');
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as { email?: string; code?: string }) : {};
      switch (input as string) {
        case '/api/sign-in':
          email = body.email ?? '';
          return json(200, { attempt: 'attempt' });
        case '/api/sign-in/code': {
          if (body.code !== '123456') return json(401, { error: 'code-wrong' });
          hub.session.isSignedIn = true;
          hub.session.person = personOf();
          const info = sessionOf(testOwner, 0);
          return json(200, { ...info, person: { ...info.person, id: personOf() } });
        }
        case '/api/sign-out':
          hub.session.isSignedIn = false;
          return json(200, {});
        default:
          return real(input, init);
      }
    }) as typeof fetch,
  });
}

export const startHub = (device: TestDevice) =>
  makeHub({
    ports: device.ports,
    keeper: localKeeper(device.ports.random),
    host: 'anyshire.example',
    rounds: roundsMin,
  });
export async function signIn(hub: Hub, email = 'robin@example.org', typed = password): Promise<void> {
  expect(await hub.session.signIn(email, typed)).toEqual({ ok: true, value: undefined });
  expect(hub.session.state.current.is).toBe('code');
  expect(await hub.session.enterCode('123456')).toEqual({ ok: true, value: undefined });
}
export async function signedIn(server = signingHub()) {
  const device = testDevice(server.fetch);
  const hub = await startHub(device);
  await signIn(hub);
  return { server, device, hub };
}
export const is = (hub: Hub): SessionState['is'] => hub.session.state.current.is;
export async function draft(hub: Hub, words: string) {
  const started = await hub.start('request');
  if (!started.ok) throw new Error(started.reason);
  expect(await started.value.write({ kind: 'set', holder: section, field: 'first_name', value: words })).toEqual({
    ok: true,
    value: undefined,
  });
  return started.value;
}
export async function wordsOf(hub: Hub, doc: DocumentId): Promise<unknown> {
  const opened = await hub.open(doc);
  return opened.ok ? opened.value.value(section, 'first_name').value : opened.reason;
}
