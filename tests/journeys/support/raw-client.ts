/** Somebody who speaks to the server without the app: honest in form, and free to ask for whatever they like. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { makeId, type CommandId, type DocumentId, type ItemId, type PenId } from '#sync/model/ids.ts';
import type { PushReply } from '#sync/protocol/changes.ts';
import { pushBody } from '#tests/hub/push-body.ts';
import { demonstrationPassword, people, type PersonKey } from '#tests/people/index.ts';
import { makeDevice } from '#tests/people/test-hub.ts';
import type { HubServer } from './hub-server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}
export type RawClient = Awaited<ReturnType<typeof openRawClient>>;

export const newId = <Id extends string = DocumentId & PenId & CommandId & ItemId>(): Id =>
  makeId<Id>((count) => randomBytes(count));

export async function openRawClient(hub: HubServer, person: PersonKey) {
  const cookies = new Map<string, string>();
  const device = makeDevice();
  const cookieLine = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${hub.url}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        'hub-request': '1',
        cookie: cookieLine(),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
  const post = (path: string, body: unknown) =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

  const before = (await codes()).length;
  const { attempt } = JSON.parse(
    (await post('/api/sign-in', { email: people[person].email, password: demonstrationPassword })).body,
  ) as { attempt: string };
  await expect.poll(async () => (await codes()).length, { intervals: [50] }).toBeGreaterThan(before);
  const signedIn = await post('/api/sign-in/code', { attempt, code: (await codes())[0] });
  expect(signedIn.status).toBe(200);
  const session = JSON.parse(signedIn.body) as { nonce: string; person: { id: string } };
  expect((await post('/api/devices', { device: device.id, publicKey: device.publicKey })).status).toBeLessThan(300);

  async function codes(): Promise<string[]> {
    const messages = await hub.outbox();
    return messages
      .filter(({ channel, to }) => channel === 'sms' && to === people[person].phone)
      .map(({ body }) => /\d{6}/.exec(body)?.[0] ?? '');
  }
  return {
    person: session.person.id,
    device: device.id,
    ask,
    /** An answer whose body is read while it comes. */
    open: (path: string, headers: Record<string, string>, signal: AbortSignal) =>
      fetch(`${hub.url}${path}`, { signal, headers: { 'hub-request': '1', cookie: cookieLine(), ...headers } }),
    async push(change: object): Promise<Answer> {
      const from = { account: session.person.id, device: device.id, sent: Date.now() };
      const bytes = gzipSync(JSON.stringify(pushBody(from, change)));
      return ask('/api/sync', {
        method: 'POST',
        body: bytes,
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'hub-device': device.id,
          'hub-signature': device.sign('/api/sync', session.nonce, bytes),
        },
      });
    },
  };
}

export const replyOf = ({ body }: Answer): PushReply => JSON.parse(body) as PushReply;
