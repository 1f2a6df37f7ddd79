/** What an operator ends from the terminal, beside the running server, is ended also where the database is put back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { people } from '#tests/people/index.ts';
import { runningHub, signIn } from '#tests/people/running-hub.ts';

const hub = runningHub();
afterEach(() => hub.dispose());

const program = join(import.meta.dirname, '../../server/hub.ts');
const file = () => join(hub.folder, 'hub.db');

async function operator(input: string, ...args: string[]) {
  const env = { PATH: process.env.PATH, HUB_DATA: hub.folder };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  child.stdin.end(`${input}\n`);
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}
async function putBack(): Promise<void> {
  await hub.end('SIGKILL');
  for (const end of ['-wal', '-shm']) rmSync(file() + end, { force: true });
  copyFileSync(`${file()}.copy`, file());
  await hub.start();
}

test('an account that was closed and devices that were revoked from the terminal stay so after a backup', async () => {
  await hub.start();
  const [tom, priya, idris] = [await signIn(hub, 'tom'), await signIn(hub, 'priya'), await signIn(hub, 'idris')];
  const answers = async () => {
    const asked = [tom, priya, idris].map(async ({ push }) => (await push({ pull: true })).status);
    return Promise.all(asked);
  };
  await hub.end();
  copyFileSync(file(), `${file()}.copy`);
  await hub.start();
  expect(await answers()).toEqual([200, 200, 200]);

  const closed = await operator(people.tom.email.toUpperCase(), 'close-account');
  expect(closed).toMatchObject({ code: 0, said: expect.stringContaining('Done.') as string });
  expect((await operator(people.priya.email, 'revoke-devices')).code).toBe(0);
  expect(await operator(people.tom.email, 'close-account')).toMatchObject({ code: 1 });
  expect((await operator('nobody@hub.example', 'revoke-devices')).said).toContain('nobody with an open account');
  expect((await operator(people.priya.email, 'end-role', '--role', 'wizard')).said).toContain('--role is no role');
  expect(await answers()).toEqual([401, 401, 200]);

  await putBack();
  expect(await answers()).toEqual([401, 401, 200]);
  expect(hub.said).not.toContain('"event":"bug"');
}, 240_000);
