/**
 * An old app is a stored one: what the first app really sent was recorded when it was the newest, and is sent again to
 * today's server, in its own bytes but for who and when. Every version that is served has its recording.
 */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { PushReply, StreamLine } from '#sync/protocol/changes.ts';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { makeDevice, openTestHub, type TestHub } from '#tests/people/test-hub.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Exchange {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly v: number; readonly cursor: string | null; readonly runs: readonly { doc: DocumentId }[] };
  readonly reply?: PushReply;
}
const fileOf = (version: number) => join(import.meta.dirname, `recorded/protocol-${String(version)}.json`);
const recordedBy = (version: number) => JSON.parse(readFileSync(fileOf(version), 'utf8')) as Exchange[];
/** The newest is what every other test speaks. */
const older = Array.from({ length: protocolVersion - oldestProtocolVersion }, (_, at) => oldestProtocolVersion + at);

let hub: TestHub;
beforeEach(async () => (hub = await openTestHub()));
afterEach(() => hub.close());

async function oldApp() {
  const { browser, session } = await hub.signIn('priya');
  const device = makeDevice();
  await browser.post('/api/devices', { device: device.id, publicKey: device.publicKey });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    push(
      body: object,
      headers: Readonly<Record<string, string>> = {
        'hub-request': '1',
        'content-encoding': 'gzip',
        'content-type': 'application/json',
      },
    ) {
      const bytes = gzipSync(
        JSON.stringify({ ...body, account: session.person.id, device: device.id, sent: hub.clock.now }),
      );
      const own = { cookie, 'hub-device': device.id, 'hub-signature': device.sign('/api/sync', session.nonce, bytes) };
      return hub.app.request('/api/sync', {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { ...headers, ...own },
      });
    },
    stream: (headers: Readonly<Record<string, string>>) =>
      browser.get('/api/stream', { ...headers, 'hub-device': device.id }),
  };
}

test('each older version that is served has a recording of a real app that spoke it', () => {
  expect(older.length).toBeGreaterThan(0);
  for (const version of older) {
    expect(existsSync(fileOf(version)), `what an app of version ${String(version)} sent`).toBe(true);
    expect(recordedBy(version).every(({ body }) => body === undefined || body.v === version)).toBe(true);
  }
});

for (const version of older) {
  test(`what an app of version ${String(version)} sent is taken as it was, and answered so that it understands`, async () => {
    const app = await oldApp();
    let cursor: string | null = null;
    let edits = 0;
    let commands = 0;
    for (const { path, headers, body, reply } of recordedBy(version)) {
      if (path !== '/api/sync' || body === undefined || reply === undefined) continue;
      const answer = await app.push({ ...body, cursor: body.cursor === null ? null : cursor }, headers);
      expect(answer.status).toBe(200);
      const now = (await answer.json()) as PushReply;
      expect(now.verdicts).toEqual(reply.verdicts);
      expect(now.commands.map(({ id, verdict }) => [id, verdict.is])).toEqual(
        reply.commands.map(({ id, verdict }) => [id, verdict.is]),
      );
      expect(lacking(reply, now)).toEqual([]);
      cursor = now.frame?.to ?? cursor;
      edits += now.verdicts.length;
      commands += now.commands.length;
    }
    expect([edits > 5, commands > 1]).toEqual([true, true]);
    const doc = recordedBy(version).flatMap(({ body }) => body?.runs ?? [])[0]?.doc;
    const stored = await hub.deps.storage.db
      .selectFrom('field')
      .selectAll()
      .where('document_id', '=', doc ?? '')
      .execute();
    expect(stored.map(({ value }) => value)).toContain(JSON.stringify('Zofia'));
  });
}

test('an app that does not say its version gets a stream with nothing in it that it cannot know', async () => {
  const [exchange] = recordedBy(1).filter(({ path }) => path === '/api/stream');
  const answer = await (await oldApp()).stream(exchange!.headers);
  expect(answer.status).toBe(200);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const line = JSON.parse((await reader.read()).value ?? '') as StreamLine;
  expect(Object.keys(line)).toEqual(['frame']);
  await reader.cancel();
});

test('an app from before every version that is served is asked to update, on each of its ways', async () => {
  const app = await oldApp();
  const [first] = recordedBy(1);
  const tooOld = oldestProtocolVersion - 1;
  expect((await app.push({ ...first!.body, v: tooOld })).status).toBe(426);
  expect((await app.stream({ 'hub-protocol': String(tooOld) })).status).toBe(426);
  // A newer one waits until the server has been updated.
  expect((await app.push({ ...first!.body, v: protocolVersion + 1 })).status).toBe(503);
  expect((await app.stream({ 'hub-protocol': String(protocolVersion + 1) })).status).toBe(503);
});

/** What an old app reads and would not find any more, or find as something else: more than it knows does it no harm. */
function lacking(before: unknown, now: unknown, at = 'reply'): string[] {
  if (Array.isArray(before))
    return !Array.isArray(now)
      ? [at]
      : before.length > 0 && now.length > 0
        ? lacking(before[0], now[0], `${at}[]`)
        : [];
  if (before !== null && typeof before === 'object') {
    if (now === null || typeof now !== 'object') return [at];
    // What a command answers with depends on the command; the verdict itself is compared above.
    return Object.entries(before).flatMap(([key, value]) =>
      key === 'result' ? [] : lacking(value, (now as Record<string, unknown>)[key], `${at}.${key}`),
    );
  }
  return before === null || typeof before === typeof now ? [] : [at];
}
