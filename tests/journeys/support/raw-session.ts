/** A person with a device of their own and no screen: says to the Hub whatever they like, by its own rules of signing. */
import { gzipSync } from 'node:zlib';
import { demonstrationPassword, people, type PersonKey } from '#tests/people/index.ts';
import { makeDevice } from '#tests/people/test-hub.ts';
import type { HubServer } from './hub-server.ts';

/** An answer as far as it can be told from another: what is made anew for each request is taken out. */
export interface Telling {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface RawSession {
  readonly person: string;
  get(path: string, headers?: Record<string, string>): Promise<Telling>;
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Telling>;
  /** A signed push; `change` stands in for the parts that differ. */
  push(change: object): Promise<Telling>;
  /** What the stream says until nothing more comes for a moment. */
  stream(): Promise<Telling>;
  /** Every answer so far, whole. */
  readonly heard: readonly string[];
}

export async function rawSession(hub: HubServer, person: PersonKey): Promise<RawSession> {
  const cookies = new Map<string, string>();
  const heard: string[] = [];
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('hub-request', '1');
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(hub.url + path, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was answered by ${String(answer.status)}`);
    return (await answer.json()) as T;
  };

  const { attempt } = await post<{ attempt: string }>('/api/sign-in', {
    email: people[person].email,
    password: demonstrationPassword,
  });
  const codes = async () =>
    (await hub.outbox()).filter(({ channel, to }) => channel === 'sms' && to === people[person].phone);
  while ((await codes()).length === 0) await new Promise((later) => setTimeout(later, 50));
  const code = /\d{6}/.exec((await codes())[0]?.body ?? '')?.[0];
  const session = await post<{ nonce: string; person: { id: string } }>('/api/sign-in/code', { attempt, code });
  const device = makeDevice();
  await post('/api/devices', { device: device.id, publicKey: device.publicKey });

  const telling = async (answer: Response, body: string): Promise<Telling> => {
    heard.push(body, JSON.stringify([...answer.headers]));
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date'));
    return { status: answer.status, headers: plain(headers), body: plainText(body) };
  };
  const ask: RawSession['ask'] = async (method, path, headers = {}, body) => {
    const answer = await send(path, { method, headers: { 'hub-device': device.id, ...headers }, ...(body !== undefined && { body }) });
    return telling(answer, await answer.text());
  };
  return {
    person: session.person.id,
    heard,
    ask,
    get: (path, headers) => ask('GET', path, headers),
    async push(change) {
      const bytes = gzipSync(
        JSON.stringify({
          v: 1,
          account: session.person.id,
          device: device.id,
          sent: Date.now(),
          jumped: false,
          cursor: null,
          pull: false,
          want: [],
          runs: [],
          commands: [],
          ...change,
        }),
      );
      const answer = await send('/api/sync', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'hub-device': device.id,
          'hub-signature': device.sign('/api/sync', session.nonce, bytes),
        },
        body: new Uint8Array(bytes),
      });
      return telling(answer, await answer.text());
    },
    async stream() {
      const ended = new AbortController();
      const answer = await send('/api/stream', { headers: { 'hub-device': device.id }, signal: ended.signal });
      const reader = answer.body?.getReader();
      let body = '';
      const stop = setTimeout(() => ended.abort(), 3000);
      try {
        for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
          body += new TextDecoder().decode(piece.value);
      } catch (error) {
        // Ending it by hand is the only end that this stream has.
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      } finally {
        clearTimeout(stop);
      }
      return telling(answer, body);
    },
  };
}

/** The number of an answer in the log, cursors and moments are new each time and tell nothing. */
const plainText = (text: string): string =>
  text
    .replaceAll(/"reference":"[^"]*"/g, '"reference":"…"')
    .replaceAll(/"cursor":("[^"]*"|null)/g, '"cursor":"…"')
    .replaceAll(/"(now|at|sent)":\d+/g, '"$1":0');

const plain = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, /reference|etag/.test(name) ? '…' : value]));
