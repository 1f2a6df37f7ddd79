import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAudit } from '#server/services/audit.ts';
import { people } from '#tests/people/index.ts';
import { makeDevice, openTestHub, type Browser, type TestHub } from '#tests/people/test-hub.ts';

const minute = 60_000;
let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
});
afterAll(() => hub.close());

const asking = async (browser: Browser, headers: Record<string, string> = {}) => {
  const answer = await browser.get('/api/session', headers);
  return {
    status: answer.status,
    ...((await answer.json()) as {
      error?: string;
      renewable?: boolean;
      nonce?: string;
      device?: string;
      now?: number;
    }),
  };
};
const enrolled = async (person: Parameters<TestHub['signIn']>[0]) => {
  const { browser, session } = await hub.signIn(person);
  const device = makeDevice();
  expect((await browser.post('/api/devices', { device: device.id, publicKey: device.publicKey })).status).toBe(200);
  return { browser, session, device };
};
const renew = (browser: Browser, device: ReturnType<typeof makeDevice>, nonce: string) =>
  browser.post(
    '/api/session/renew',
    {},
    { 'hub-device': device.id, 'hub-signature': device.sign('/api/session/renew', nonce, '{}') },
  );

describe('a session', () => {
  test('ends when the person signs out, and a copy of the cookie is worth nothing then', async () => {
    const { browser } = await hub.signIn('priya');
    const copy = hub.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    expect((await browser.post('/api/sign-out', {})).status).toBe(200);
    expect(browser.cookies.has('hub_session')).toBe(false);
    expect(await asking(copy)).toMatchObject({ status: 401, error: 'signed-out' });
  });

  test('ends on every device when the person signs out everywhere, and nobody else is signed out', async () => {
    const [phone, desk, other] = [await hub.signIn('tom'), await hub.signIn('tom'), await hub.signIn('gwen')];
    await phone.browser.post('/api/sign-out', { everywhere: true });
    expect((await asking(desk.browser)).status).toBe(401);
    expect((await asking(other.browser)).status).toBe(200);
  });

  test('ends at once when the account is closed', async () => {
    const { browser, session } = await hub.signIn('samuel');
    await hub.deps.storage.write((tx) =>
      tx.updateTable('person').set({ is_active: 0 }).where('id', '=', session.person.id).execute(),
    );
    expect((await asking(browser)).status).toBe(401);
  });

  test('has the roles that the person holds now', async () => {
    const { browser, session } = await hub.signIn('ruth');
    await hub.deps.storage.write((tx) =>
      tx
        .updateTable('membership')
        .set({ ended_at: 1 })
        .where('person_id', '=', session.person.id)
        .where('role', '=', 'team-manager')
        .execute(),
    );
    expect(await asking(browser)).toMatchObject({ person: { roles: ['professional'] } });
  });

  test('tells its own person how the account reaches them, for the forms that ask', async () => {
    const { browser } = await hub.signIn('tom');
    expect(await asking(browser)).toMatchObject({
      person: { name: people.tom.name, email: people.tom.email, phone: people.tom.phone },
    });
  });

  test('is replaced when somebody signs in again in the same browser', async () => {
    const { browser } = await hub.signIn('elin');
    const before = hub.browser();
    for (const [name, value] of browser.cookies) before.cookies.set(name, value);
    await hub.signIn('claire', browser);
    expect((await asking(before)).status).toBe(401);
    expect(await asking(browser)).toMatchObject({ person: { name: 'Claire Maddox' } });
  });

  test('stays awake by activity and not by polling', async () => {
    const { browser } = await hub.signIn('owen');
    hub.pass(29 * minute);
    expect((await asking(browser)).status).toBe(200);
    hub.pass(29 * minute);
    expect((await asking(browser, { 'hub-idle': '1' })).status).toBe(200);
    hub.pass(minute);
    expect((await asking(browser)).status).toBe(401);
  });

  test('of staff lasts twelve hours and of a family seven days, however active', async () => {
    for (const [person, hours] of [
      ['farah', 12],
      ['agnieszka', 7 * 24],
      ['idris', 7 * 24],
      ['beatrice', 12],
    ] as const) {
      const { session } = await hub.signIn(person);
      expect(session.expiresAt - hub.clock.now).toBe(hours * 60 * minute);
    }
    const { browser } = await hub.signIn('farah');
    for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
      hub.pass(20 * minute);
      expect((await asking(browser)).status).toBe(200);
    }
    hub.pass(20 * minute);
    expect(await asking(browser)).toMatchObject({ status: 401, error: 'signed-out' });
  });
});

test('signing in, enrolling a device and signing out stand in the chain of what was done, by ids alone', async () => {
  const { browser, session, device } = await enrolled('beatrice');
  await browser.post('/api/sign-out', {});
  const rows = await hub.deps.storage.db
    .selectFrom('audit')
    .selectAll()
    .where('actor', '=', session.person.id)
    .execute();
  expect(rows.slice(-3).map(({ action, device_id: by }) => [action, by])).toEqual([
    ['signed-in', null],
    ['device.enrolled', device.id],
    ['signed-out', device.id],
  ]);
  expect(JSON.stringify(rows)).not.toContain('Holloway');
  const { authority_id: authorityId = '' } = rows[0] ?? {};
  expect(await verifyAudit(hub.deps.storage.db, authorityId)).toMatchObject({ ok: true });
});

describe('a session that went to sleep', () => {
  test('is woken by the device that it is bound to, once for each signature', async () => {
    const { browser, session, device } = await enrolled('joanne');
    hub.pass(31 * minute);
    expect(await asking(browser)).toMatchObject({
      status: 401,
      error: 'signed-out',
      renewable: true,
      nonce: session.nonce,
    });
    const woken = await renew(browser, device, session.nonce);
    expect(woken.status).toBe(200);
    const { nonce } = (await woken.json()) as { nonce: string };
    expect(nonce).not.toBe(session.nonce);
    expect(await asking(browser)).toMatchObject({ status: 200, nonce, device: device.id });
    hub.pass(31 * minute);
    expect((await renew(browser, device, session.nonce)).status).toBe(401);
    expect((await renew(browser, device, nonce)).status).toBe(200);
  });

  test('is not woken by another device, by no device, or past its absolute limit', async () => {
    const { browser, session, device } = await enrolled('kwame');
    hub.pass(31 * minute);
    const other = makeDevice();
    expect(await (await renew(browser, other, session.nonce)).json()).toMatchObject({ error: 'device-unknown' });
    expect(await (await renew(browser, { ...other, id: device.id }, session.nonce)).json()).toMatchObject({
      error: 'signature-wrong',
    });
    hub.pass(12 * 60 * minute);
    expect(await (await renew(browser, device, session.nonce)).json()).toMatchObject({ error: 'signed-out' });
    const bare = await hub.signIn('helen');
    hub.pass(31 * minute);
    expect(await asking(bare.browser)).not.toHaveProperty('renewable');
  });

  test('is over when its device was revoked', async () => {
    const { browser, session, device } = await enrolled('martin');
    await hub.deps.storage.write((tx) =>
      tx.updateTable('device').set({ revoked_at: 1 }).where('id', '=', device.id).execute(),
    );
    expect((await asking(browser)).status).toBe(401);
    expect((await renew(browser, device, session.nonce)).status).toBe(401);
  });
});

describe('a device', () => {
  test('is enrolled again without harm and bound to its session for good', async () => {
    const { browser, device } = await enrolled('sarah');
    expect((await browser.post('/api/devices', { device: device.id, publicKey: device.publicKey })).status).toBe(200);
    const second = makeDevice();
    const refused = await browser.post('/api/devices', { device: second.id, publicKey: second.publicKey });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: 'session-bound' }]);
  });

  test('of one person cannot be taken by another, nor given another key', async () => {
    const { device } = await enrolled('yusuf');
    const { browser } = await hub.signIn('marek');
    const body = { device: device.id, publicKey: device.publicKey };
    expect((await browser.post('/api/devices', body)).status).toBe(409);
    const again = await hub.signIn('yusuf');
    expect((await again.browser.post('/api/devices', { ...body, publicKey: makeDevice().publicKey })).status).toBe(409);
    expect((await again.browser.post('/api/devices', body)).status).toBe(200);
  });

  test('needs a key of the agreed kind', async () => {
    const { browser } = await hub.signIn('yusuf');
    expect((await browser.post('/api/devices', { device: makeDevice().id, publicKey: 'AAAA' })).status).toBe(422);
  });
});

describe('while the disk takes nothing', () => {
  test('whoever reads is answered, and whoever writes is told to come again', async () => {
    const full = await openTestHub();
    const { browser } = await full.signIn('priya');
    full.pass(2 * minute);
    await full.sync.storage.write((tx) => sql`pragma query_only = on`.execute(tx));
    expect(await asking(browser)).toMatchObject({ status: 200 });
    const refused = await browser.post('/api/sign-out', {});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await refused.json()).toMatchObject({ error: 'disk-read-only' });
    expect(full.lines.filter(({ event }) => event === 'bug')).toEqual([]);
    expect(full.lines.filter(({ event }) => event === 'server').map(({ code }) => code)).toEqual(
      Array(3).fill('disk-read-only'),
    );
    await full.close();
  });
});
