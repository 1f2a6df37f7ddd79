import { expect, test } from 'vitest';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import { keepAreaSettings } from './area-settings.ts';
import { scriptedHub } from './testing/scripted-hub.ts';
import { settle, testAccount, testDevice, until } from './testing/device.ts';

const school: AreaSetting = {
  id: 'setting-00000001',
  name: 'Canary Primary School',
  kind: 'school',
  type: '1',
  address: { line1: 'Mill Lane', town: 'Alderbrook', postcode: 'HW3 4AL' },
};

/** A Hub that tells of settings, and a device in front of it. */
function hubWithSettings() {
  const hub = scriptedHub();
  const asked: string[] = [];
  const server = { isOffline: false, answer: (): Response => json({ settings: [school] }), asked };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (server.isOffline) throw new TypeError('network');
    const path = input as string;
    if (path !== '/api/settings') return hub.fetch(input, init);
    asked.push(path);
    return server.answer();
  };
  return { server, device: testDevice(fetch) };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

test('the settings of the area are known without a connection after one sign-in', async () => {
  const { server, device } = hubWithSettings();
  const first = await testAccount(device);
  const kept = keepAreaSettings(first.account, first.line);
  expect(kept.settings.current).toBeUndefined();
  await first.line.nonce();
  await until(() => kept.settings.current !== undefined, 'the settings');
  kept.stop();
  await first.account.store.close();

  server.isOffline = true;
  const again = await testAccount(device);
  const offline = keepAreaSettings(again.account, again.line);
  await until(() => offline.settings.current !== undefined, 'the settings without a connection');
  expect(offline.settings.current).toEqual([school]);
  // Nothing of the list stands readable on the device.
  const rows = await again.database.settings.toArray();
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value))).not.toContain(
    'Canary',
  );
  offline.stop();
});

test('a fresh list is not asked for again, and an old one is', async () => {
  const { server, device } = hubWithSettings();
  const { account, line } = await testAccount(device);
  const open = async () => {
    const kept = keepAreaSettings(account, line);
    await until(() => kept.settings.current !== undefined, 'the settings');
    await settle();
    kept.stop();
  };
  await line.nonce();
  await open();
  await open();
  expect(server.asked).toHaveLength(1);
  device.clock.now += 13 * 60 * 60_000;
  await open();
  expect(server.asked).toHaveLength(2);
});

test('what some network answers in the Hub’s place never takes the place of the list; a busy Hub is asked again', async () => {
  const { server, device } = hubWithSettings();
  const { account, line } = await testAccount(device);
  server.answer = () => json({ welcome: 'Free wireless internet' });
  await line.nonce();
  const kept = keepAreaSettings(account, line);
  await until(() => server.asked.length === 1, 'the first question');
  await settle();
  expect(kept.settings.current).toBeUndefined();
  kept.stop();

  server.answer = () => json({ error: 'busy' }, 503);
  const again = keepAreaSettings(account, line);
  await until(() => server.asked.length === 2, 'the second question');
  server.answer = () => json({ settings: [school] });
  await device.clock.until(() => again.settings.current !== undefined, 'the settings');
  expect(again.settings.current).toEqual([school]);
  again.stop();
});
