import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

const build = mkdtempSync(join(tmpdir(), 'ehc-hub-build-'));
let hub: TestHub;
let inProduction: TestHub;
beforeAll(async () => {
  mkdirSync(join(build, '_app/immutable/workers'), { recursive: true });
  writeFileSync(
    join(build, '200.html'),
    `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' 'sha256-start='; style-src-attr 'unsafe-hashes' 'sha256-announcer='"><p>the app`,
  );
  writeFileSync(
    join(build, 'about.html'),
    `<meta http-equiv="content-security-policy" content="script-src 'self' 'sha256-about='">`,
  );
  writeFileSync(join(build, '_app/immutable/start.js'), 'start');
  writeFileSync(join(build, '_app/immutable/workers/crypto-a1.js'), 'worker');
  writeFileSync(join(build, 'service-worker.js'), 'service worker');
  hub = await openTestHub({ buildFolder: build });
  inProduction = await openTestHub({ buildFolder: build, environment: production });
});
afterAll(async () => {
  await hub.close();
  await inProduction.close();
  rmSync(build, { recursive: true });
});
const production = {
  HUB_MODE: 'production',
  HUB_URL: 'https://hub.hallowshire.gov.uk',
  HUB_SECRET: 'k3J9sQ0vXy7Lw2ZbT5nR8mUcE1aHdFgP',
  HUB_SMTP_URL: 'smtps://hub:word@mail.hallowshire.gov.uk',
  HUB_MAIL_FROM: 'hub@hallowshire.gov.uk',
  HUB_SMS_KEY: 'hub-11111111-2222-3333-4444-555555555555-66666666-7777-8888-9999-000000000000',
  HUB_SMS_TEMPLATE: '11111111-2222-3333-4444-555555555555',
};

describe('the built app', () => {
  test('is drawn at every address of a screen', async () => {
    for (const path of ['/', '/requests/aBcDeFgHiJkLmNoP', '/sign-in']) {
      const answer = await hub.app.request(path);
      expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
        200,
        'no-cache',
        expect.stringContaining('the app'),
      ]);
    }
  });

  test('never answers a missing file with a page', async () => {
    for (const path of ['/_app/immutable/gone.js', '/_app/immutable/gone', '/icon.png', '/../hub.db', '/%2e%2e/hub.db'])
      expect((await hub.app.request(path)).status).toBe(404);
  });

  test('is kept for a year where its name changes with its content, and asked for anew elsewhere', async () => {
    expect((await hub.app.request('/_app/immutable/start.js')).headers.get('cache-control')).toContain('immutable');
    expect((await hub.app.request('/service-worker.js')).headers.get('cache-control')).toBe('no-cache');
  });
});

describe('headers', () => {
  test('carry a strict policy with the hashes of every page of the build', async () => {
    const policy = (await hub.app.request('/')).headers.get('content-security-policy') ?? '';
    const scripts = policy.split('; ').find((directive) => directive.startsWith('script-src'));
    expect(scripts?.split(' ').sort()).toEqual(["'self'", "'sha256-about='", "'sha256-start='", 'script-src']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("style-src-attr 'unsafe-hashes' 'sha256-announcer='");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
  });

  test('tell no other site where somebody was, and switch off what no page needs', async () => {
    const { headers } = await hub.app.request('/');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('permissions-policy')).toMatch(/geolocation=\(\).*camera=\(self\), microphone=\(self\)/);
  });

  test('let only workers compile WebAssembly', async () => {
    expect(
      (await hub.app.request('/_app/immutable/workers/crypto-a1.js')).headers.get('content-security-policy'),
    ).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect((await hub.app.request('/_app/immutable/start.js')).headers.get('content-security-policy')).not.toContain(
      'wasm-unsafe-eval',
    );
  });

  test('keep answers of the API out of every cache', async () => {
    const answer = await hub.app.request('/api/session');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('strict-transport-security')).toBeNull();
  });

  test('demand https in production, and cookies are Secure and bound to the host', async () => {
    const browser = inProduction.browser();
    const answer = await browser.post('/api/sign-in', { email: 'nobody@example.org', password: 'whatever it is' });
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=63072000; includeSubDomains/);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-hub_attempt=.*Path=\/; HttpOnly; Secure; SameSite=Strict/,
    );
  });
});

describe('requests from elsewhere', () => {
  const send = (headers: Record<string, string>) =>
    hub.app.request('/api/sign-out', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'hub-request': '1', ...headers },
    });

  test('are refused when another site made them', async () => {
    expect((await send({ origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await send({ origin: 'null' })).status).toBe(403);
    expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await send({ 'hub-request': '' })).status).toBe(403);
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await hub.app.request('/api/session', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await send({ origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })).status).toBe(401);
  });

  test('what is not there and what may not be seen look alike', async () => {
    expect(await (await hub.app.request('/api/anything')).json()).toEqual({
      error: 'not-found',
      reference: expect.stringMatching(/^.{16}$/),
    });
  });
});

describe('the outbox page', () => {
  test('is a plain page in a demonstration and shows text as text', async () => {
    await hub.deps.storage.write(async (tx) => {
      const { id } = await tx.selectFrom('authority').select('id').executeTakeFirstOrThrow();
      await tx
        .insertInto('delivered')
        .values({
          authority_id: id,
          channel: 'email',
          to_address: 'a@example.org',
          subject: 'One <b>',
          body: '<script>alert(1)</script>',
          at: 5,
        })
        .execute();
    });
    const page = await (await hub.app.request('/outbox')).text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script|style=/);
    expect(await (await hub.app.request('/outbox.json')).json()).toEqual([
      { channel: 'email', to: 'a@example.org', subject: 'One <b>', body: '<script>alert(1)</script>', at: 5 },
    ]);
  });

  test('does not exist in production', async () => {
    for (const path of ['/outbox', '/outbox.json', '/outbox.css'])
      expect((await inProduction.app.request(path)).status).toBe(404);
  });
});

test('a bug is answered by a reference and logged without its words', async () => {
  const broken = await openTestHub();
  // A table that is not there: nothing that a full disk or a lost line could explain.
  await broken.deps.storage.write((tx) => tx.schema.alterTable('session').renameTo('elsewhere').execute());
  const answer = await broken.app.request('/api/session', { headers: { cookie: 'hub_session=a' } });
  expect(answer.status).toBe(500);
  const { reference } = (await answer.json()) as { reference: string };
  expect(broken.lines).toContainEqual(
    expect.objectContaining({
      event: 'bug',
      reference,
      where: expect.arrayContaining([expect.stringMatching(/^server\//)]),
    }),
  );
});
