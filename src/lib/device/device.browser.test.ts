import { Dexie } from 'dexie';
import { beforeEach, expect, test } from 'vitest';
import { browserKeeper } from './crypto-client.ts';
import type { Hub } from './hub.ts';
import { browserSignals } from './browser-signals.ts';
import { browserTabs } from './leader.ts';
import { makeHub } from './make-hub.ts';
import { roundsMin } from './pass-slot.ts';
import type { DevicePorts } from './ports.ts';
import { sessionOf, testOwner } from './testing/owner.ts';
import { scriptedHub, section, type ScriptedHub } from './testing/scripted-hub.ts';

const password = 'a long password of words';
beforeEach(async () => {
  for (const name of await Dexie.getDatabaseNames()) await Dexie.delete(name);
});

async function openTab(server: ScriptedHub): Promise<Hub> {
  const fetch = (async (path: string, init?: RequestInit) => {
    if (path === '/api/sign-in') return Response.json({ attempt: 'attempt' });
    if (path === '/api/sign-in/code') return Response.json(sessionOf(testOwner, Date.now()));
    return server.fetch(path, init);
  }) as typeof globalThis.fetch;
  const ports: DevicePorts = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    fetch,
    setTimer(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    tabs: browserTabs(),
    signals: browserSignals(),
  };
  const keeper = browserKeeper(() => new Worker(new URL('./crypto-worker.ts', import.meta.url), { type: 'module' }));
  return makeHub({ ports, keeper, host: 'anyshire.example', rounds: roundsMin });
}
async function signIn(hub: Hub): Promise<void> {
  await hub.session.signIn('robin@example.org', password);
  expect(await hub.session.enterCode('123456')).toEqual({ ok: true, value: undefined });
}

test('in a real browser, with keys in a worker: what was typed is sent by one tab, seen by the other, and there after the lock', async () => {
  const server = scriptedHub(() => Date.now());
  const first = await openTab(server);
  await signIn(first);
  const second = await openTab(server);
  expect(await second.session.unlock(password)).toEqual({ ok: true, value: undefined });
  const started = await first.start('request');
  if (!started.ok) throw new Error(started.reason);
  const { id } = started.value;
  await expect.poll(() => second.list().current.map((one) => one.doc)).toEqual([id]);
  const elsewhere = await second.open(id);
  if (!elsewhere.ok) throw new Error(elsewhere.reason);
  await elsewhere.value.write({ kind: 'set', holder: section, field: 'first_name', value: 'Robin' });
  await expect.poll(() => started.value.value(section, 'first_name').value).toBe('Robin');
  await expect.poll(() => first.status.current.kind, { timeout: 5_000 }).toBe('saved-hub');
  await expect.poll(() => second.status.current.kind, { timeout: 5_000 }).toBe('saved-hub');
  expect([...server.applied.values()]).toEqual([1]);

  await first.lock();
  await expect.poll(() => second.session.state.current.is).toBe('locked');
  expect(await second.session.unlock('wrong')).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await second.session.unlock(password)).toEqual({ ok: true, value: undefined });
  const again = await second.open(id);
  if (!again.ok) throw new Error(again.reason);
  expect(again.value.value(section, 'first_name').value).toBe('Robin');
  await second.lock();
});
