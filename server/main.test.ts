import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { startFlags } from '#tests/people/start-flags.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ehc-hub-main-'));
const running: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a demonstration starts by itself, says how to sign in, and keeps everything when it is stopped and started', async () => {
  const first = await start();
  expect(first.greeting).toContain(demonstrationPassword);
  expect(first.greeting).toContain(people.priya.email);
  expect(await (await fetch(`${first.url}/healthz`)).text()).toBe('ok');
  const cookie = await signIn(first.url);
  expect(await first.stop()).toBe(0);
  const second = await start();
  const session = await fetch(`${second.url}/api/session`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ person: { name: 'Priya Nair' } });
  const inProduction = refuse({ ...production, HUB_DATA: folder });
  expect(inProduction).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('HUB_DATA: this folder holds a demonstration'),
  });
  expect(await second.stop()).toBe(0);
}, 60_000);

test('production without its settings does not start and names them all', () => {
  const { status, stderr } = refuse({ HUB_MODE: 'production', HUB_SECRET: 'short and private' });
  expect(status).toBe(1);
  for (const name of ['HUB_DATA', 'HUB_URL', 'HUB_SECRET', 'HUB_SMTP_URL', 'HUB_MAIL_FROM', 'HUB_SMS_KEY'])
    expect(stderr).toContain(name);
  expect(stderr).not.toContain('short and private');
});

const production = {
  HUB_MODE: 'production',
  HUB_URL: 'https://hub.hallowshire.gov.uk',
  HUB_SECRET: 'k3J9sQ0vXy7Lw2ZbT5nR8mUcE1aHdFgP',
  HUB_SMTP_URL: 'smtps://mail.hallowshire.gov.uk',
  HUB_MAIL_FROM: 'hub@hallowshire.gov.uk',
  HUB_SMS_KEY: 'hub-11111111-2222-3333-4444-555555555555-66666666-7777-8888-9999-000000000000',
  HUB_SMS_TEMPLATE: '11111111-2222-3333-4444-555555555555',
};

function refuse(environment: Record<string, string>) {
  return spawnSync(process.execPath, [...startFlags(), main], {
    env: { PORT: '0', ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  });
}

async function start() {
  const child = spawn(process.execPath, [...startFlags(), main], {
    env: { PORT: '0', HUB_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let greeting = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (greeting += piece));
  await expect.poll(() => greeting, { timeout: 20_000 }).toContain('Password:');
  await expect.poll(() => greeting.endsWith('\n\n'), { timeout: 5_000 }).toBe(true);
  return {
    greeting,
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0] ?? '',
    stop: () =>
      new Promise<number | null>((ended) => {
        child.once('exit', ended);
        child.kill('SIGTERM');
      }),
  };
}

async function signIn(url: string): Promise<string> {
  const cookies: string[] = [];
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'hub-request': '1', cookie: cookies.join('; ') },
    });
    cookies.push(...answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? ''));
    return (await answer.json()) as { attempt: string };
  };
  const { attempt } = await post('/api/sign-in', { email: people.priya.email, password: demonstrationPassword });
  const codes = async () =>
    ((await (await fetch(`${url}/outbox.json`)).json()) as { to: string; body: string }[]).filter(
      ({ to }) => to === people.priya.phone,
    );
  await expect.poll(codes, { timeout: 5_000 }).toHaveLength(1);
  await post('/api/sign-in/code', { attempt, code: (await codes())[0]?.body.slice(0, 6) });
  return cookies.filter((cookie) => cookie.startsWith('hub_session=')).join('');
}
