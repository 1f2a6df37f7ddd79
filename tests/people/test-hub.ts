/** A whole server for a test: a real database in a folder of its own, the fictional people, and a clock that waits. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '#server/app.ts';
import { demonstrationMail } from '#server/adapters/mail/demonstration.ts';
import { demonstrationSms } from '#server/adapters/sms/demonstration.ts';
import { readConfig } from '#server/config.ts';
import type { Deps, LogLine } from '#server/services/deps.ts';
import { fillDemonstration } from '#server/services/demonstration.ts';
import { makeKeys } from '#server/services/keys.ts';
import { sendDueMessage, type Carriers } from '#server/services/send-messages.ts';
import { openSync } from '#server/services/sync.ts';
import { migrate } from '#server/storage/database.ts';
import { deliveredMessages, insertDelivered } from '#server/storage/messages.ts';
import { makeId } from '#sync/model/ids.ts';
import { testDatabase } from '#tests/hub/database.ts';
import { demonstrationPassword, people, type PersonKey } from './index.ts';

const secret = 'a secret of tests that is long enough';

export type TestHub = Awaited<ReturnType<typeof openTestHub>>;

export async function openTestHub({
  environment = {},
  buildFolder,
}: { environment?: Record<string, string>; buildFolder?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ehc-hub-'));
  const database = await testDatabase(folder);
  const storage = await database.open();
  await migrate(storage);
  const config = readConfig({ HUB_DATA: folder, ...environment });
  if (!config.ok) throw new Error(config.faults.join('\n'));
  const clock = { now: Date.parse('2026-11-02T09:00:00Z') };
  const lines: LogLine[] = [];
  const deps: Deps = {
    storage,
    config: config.value,
    keys: makeKeys(secret),
    ports: { now: () => clock.now, random: (count) => randomBytes(count) },
    hubUrl: () => config.value.url ?? 'http://hub.test',
    wakeSender: () => undefined,
    log: (line) => lines.push(line),
  };
  await fillDemonstration(deps);
  const keep = (
    channel: string,
    subject: string,
    { authorityId, to, body, at }: { authorityId: string; to: string; body: string; at: number },
  ) =>
    storage.write((tx) =>
      insertDelivered(tx, { authority_id: authorityId, channel, to_address: to, subject, body, at }),
    );
  const carriers: Carriers = {
    mail: demonstrationMail((letter) => keep('email', letter.subject, letter)),
    sms: demonstrationSms((text) => keep('sms', '', text)),
  };
  const sync = await openSync({ ...deps, secret });
  const app = makeApp(deps, sync, buildFolder);
  const hub = {
    deps,
    sync,
    app,
    clock,
    lines,
    carriers,
    folder,
    pass(ms: number) {
      clock.now += ms;
    },
    async sendAll(using = carriers) {
      for (const channel of ['email', 'sms'] as const) while (await sendDueMessage(deps, using, channel));
    },
    /** Codes that reached this telephone, newest first. */
    async codesOf(person: PersonKey): Promise<string[]> {
      await hub.sendAll();
      const arrived = await deliveredMessages(storage.db, 1000);
      return arrived
        .filter(({ to_address: to }) => to === people[person].phone)
        .map(({ body }) => /^\d{6}/.exec(body)?.[0] ?? '');
    },
    browser: () => openBrowser(app),
    /** The database as one more server process has it; closed before this one. */
    openBeside: () => database.openBeside(storage),
    async signIn(person: PersonKey, browser = openBrowser(app)) {
      const { attempt } = (await browser
        .post('/api/sign-in', { email: people[person].email, password: demonstrationPassword })
        .then((answer) => answer.json())) as { attempt: string };
      const [code] = await hub.codesOf(person);
      const answer = await browser.post('/api/sign-in/code', { attempt, code });
      if (answer.status !== 200) throw new Error(`Signing in was answered by ${String(answer.status)}.`);
      return {
        browser,
        session: (await answer.json()) as {
          nonce: string;
          person: { id: string };
          expiresAt: number;
          device: string | null;
        },
      };
    },
    async close() {
      await storage.close();
      await database.dispose();
      rmSync(folder, { recursive: true });
    },
  };
  return hub;
}

/** Keeps cookies as a browser does, and sends what the Hub's own pages send. */
function openBrowser(app: ReturnType<typeof makeApp>) {
  const cookies = new Map<string, string>();
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await app.request(path, { ...init, headers });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => request(path, { headers }),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      request(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'hub-request': '1', 'content-type': 'application/json', ...headers },
      }),
  };
}
export type Browser = ReturnType<typeof openBrowser>;

/** A device with its key, as the app makes one. */
export function makeDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = makeId<string>((count) => randomBytes(count));
  return {
    id,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (path: string, nonce: string, body: string | Uint8Array) => signature(privateKey, path, nonce, body),
  };
}

function signature(key: KeyObject, path: string, nonce: string, body: string | Uint8Array): string {
  return sign('sha256', Buffer.concat([Buffer.from(`POST\n${path}\n${nonce}\n`), Buffer.from(body)]), {
    key,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url');
}
