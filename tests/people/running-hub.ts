/** The server as a child process, as `npm start` runs it, and a signed-in device that speaks to it over the network. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AuthorityId, PersonId } from '#sync/model/ids.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import { demonstrationPassword, people, type PersonKey } from './index.ts';
import { startFlags } from './start-flags.ts';
import { makeDevice } from './test-hub.ts';

const main = join(import.meta.dirname, '../../server/main.ts');

export type RunningHub = ReturnType<typeof runningHub>;

/** What a sign-in needs of it: where it is, and the letters that it sent. */
interface Reached {
  readonly url: string;
  outbox(): Promise<readonly { readonly channel: string; readonly to: string; readonly body: string }[]>;
}

/** `environment` is the child's whole environment beside its port and folder. */
export function runningHub(environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hub-running-'));
  let child: ChildProcess | undefined;
  const hub = {
    folder,
    url: '',
    /** Everything that it printed. */
    said: '',
    /** No file of its grows beyond this many bytes: to the server that is a full disk. */
    async start({ fileBytesMax }: { fileBytesMax?: number } = {}): Promise<void> {
      hub.said = '';
      const limit = fileBytesMax === undefined ? '' : `ulimit -S -f ${String(Math.ceil(fileBytesMax / 512))};`;
      const started = spawn('sh', ['-c', `${limit} exec "$0" "$@"`, process.execPath, ...startFlags(), main], {
        env: { PORT: '0', HUB_DATA: folder, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream.setEncoding('utf8').on('data', (piece: string) => (hub.said += piece));
      await until(() => /http:\/\/127\.0\.0\.1:\d+/.test(hub.said), `the server starts: ${hub.said}`);
      hub.url = /http:\/\/127\.0\.0\.1:\d+/.exec(hub.said)?.[0] ?? '';
      await until(async () => (await fetch(`${hub.url}/healthz`)).ok, 'the server answers');
    },
    /** What it says when it does not start. */
    async refuseToStart(): Promise<string> {
      const env = { PORT: '0', HUB_DATA: folder, ...environment };
      const refused = spawn(process.execPath, [...startFlags(), main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      refused.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      const code = await new Promise((done) => refused.once('exit', done));
      if (code !== 1) throw new Error(`The server ended with ${String(code)}: ${said}`);
      return said;
    },
    /** There is room again, where the machine can say so to a running process; otherwise the server is started anew. */
    async makeRoom(): Promise<void> {
      if (spawnSync('prlimit', ['--pid', String(child?.pid), '--fsize=unlimited']).status === 0) return;
      await hub.end('SIGKILL');
      await hub.start();
    },
    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
      const ending = child;
      child = undefined;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = new Promise((done) => ending.once('exit', done));
      ending.kill(signal);
      await gone;
    },
    async dispose(): Promise<void> {
      await hub.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
    outbox: async () =>
      (await (await fetch(`${hub.url}/outbox.json`)).json()) as { channel: string; to: string; body: string }[],
  };
  return hub;
}

/** Signs in with the code that a telephone got; the session has no device yet. */
export async function signInOnly(hub: Reached, person: PersonKey) {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(hub.url + path, { ...init, headers: { 'hub-request': '1', cookie, ...init.headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const post = (path: string, body: unknown) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const codes = async () => (await hub.outbox()).filter(({ to }) => to === people[person].phone);

  const before = (await codes()).length;
  const asked = await post('/api/sign-in', { email: people[person].email, password: demonstrationPassword });
  const { attempt } = (await asked.json()) as { attempt: string };
  await until(async () => (await codes()).length > before, 'the code arrives');
  const answer = await post('/api/sign-in/code', { attempt, code: (await codes())[0]?.body.slice(0, 6) });
  const session = (await answer.json()) as {
    nonce: string;
    person: { id: PersonId; name: string; roles: string[] };
    authority: { id: AuthorityId; name: string };
  };
  return { session, ask, post };
}

/** The same, with a device of its own that speaks by the wire alone. */
export async function signIn(hub: Reached, person: PersonKey) {
  const device = makeDevice();
  const { session, ask, post } = await signInOnly(hub, person);
  const enrolled = await post('/api/devices', { device: device.id, publicKey: device.publicKey });
  if (!enrolled.ok) throw new Error(`Enrolling was answered by ${String(enrolled.status)}.`);
  return {
    person: session.person.id,
    device: device.id,
    ask,
    push(change: object, headers: Record<string, string> = {}) {
      const body = gzipSync(
        JSON.stringify({
          ...{ v: protocolVersion, account: session.person.id, device: device.id, sent: Date.now(), jumped: false },
          ...{ cursor: null, pull: false, want: [], runs: [], commands: [], ...change },
        }),
      );
      return ask('/api/sync', {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'hub-device': device.id,
          'hub-signature': device.sign('/api/sync', session.nonce, body),
          ...headers,
        },
      });
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 2_400; tries += 1) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`It did not come about that ${what}.`);
}
