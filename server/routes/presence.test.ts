import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { PushReply, StreamLine } from '#sync/protocol/changes.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import { changesStream, heartbeatMs } from '#server/services/changes-since-stream.ts';
import { readSession } from '#server/services/sessions.ts';
import { pushBody } from '#tests/hub/push-body.ts';
import { newId, newPen, run, set } from '#tests/hub/sync-hub.ts';
import { people, type PersonKey } from '#tests/people/index.ts';
import { makeDevice, openTestHub, type TestHub } from '#tests/people/test-hub.ts';

let hub: TestHub;
let priya: Device;
let mother: Device;
let doc: DocumentId;
const ends: (() => void)[] = [];

beforeAll(async () => {
  hub = await openTestHub();
  [priya, mother] = [await deviceOf('priya'), await deviceOf('agnieszka')];
});
beforeEach(async () => {
  hub.pass(60_000);
  doc = newId<DocumentId>();
  await priya.command('start', { kind: 'request', form: 1 });
  await share('edit');
});
afterEach(() => {
  vi.useRealTimers();
  ends.splice(0).forEach((end) => end());
});
afterAll(() => hub.close());

const share = (access: string) => priya.command('share', { email: people.agnieszka.email, access });

type Device = Awaited<ReturnType<typeof deviceOf>>;
async function deviceOf(person: PersonKey) {
  const { browser, session } = await hub.signIn(person);
  const made = makeDevice();
  await browser.post('/api/devices', { device: made.id, publicKey: made.publicKey });
  const send = (path: string, bytes: Uint8Array, headers: Record<string, string> = {}) =>
    hub.app.request(path, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: {
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'hub-request': '1',
        'content-type': 'application/json',
        'hub-device': made.id,
        'hub-signature': made.sign(path, session.nonce, bytes),
        ...headers,
      },
    });
  const push = async (change: object) => {
    const body = pushBody({ account: session.person.id, device: made.id, sent: hub.clock.now }, change);
    const answer = await send('/api/sync', gzipSync(JSON.stringify(body)), { 'content-encoding': 'gzip' });
    return (await answer.json()) as PushReply;
  };
  const said = (place: object | null, more: object = {}) =>
    Buffer.from(
      JSON.stringify({
        ...{ v: protocolVersion, account: session.person.id, device: made.id, pen: 'pen-of-this-tab-', place },
        ...more,
      }),
    );
  return {
    person: session.person.id,
    browser,
    push,
    command: (name: string, args: object) => push({ commands: [{ id: newId(), doc, name, args, seen: {} }] }),
    /** Says where its person writes, and answers what was answered. */
    isIn: (section: string | null, where = doc) =>
      send('/api/presence', said(section === null ? null : { doc: where, section })),
    say: (place: object | null, more: object = {}, headers: Record<string, string> = {}) =>
      send('/api/presence', said(place, more), headers),
    /** The device's stream through its route; `end` is the line that breaks. */
    async open() {
      const answer = await browser.get('/api/stream', { 'hub-device': made.id });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      const end = () => void reader.cancel().catch(() => undefined);
      ends.push(end);
      const next = async (): Promise<StreamLine> => {
        while (!rest.includes('\n')) rest += (await reader.read()).value ?? '\n';
        const line = rest.slice(0, rest.indexOf('\n'));
        rest = rest.slice(rest.indexOf('\n') + 1);
        return JSON.parse(line) as StreamLine;
      };
      return { next, here: async () => hereIn(next), end };
    },
    /** The same lines from below the route, for a test that drives the time itself. */
    async lines() {
      const token = [...browser.cookies].find(([name]) => name.includes('session'))?.[1];
      const state = await readSession(hub.deps.storage.db, token, hub.clock.now);
      if (state.is !== 'live') throw new Error('the session is not live');
      return changesStream(hub.sync, state.facts, null, { isClosed: () => false, onClose: () => undefined });
    },
  };
}

/** Who is here by the next line that says so: each as `section: name`. */
async function hereIn(next: () => Promise<StreamLine>): Promise<string[]> {
  for (;;) {
    const line = await next();
    if ('here' in line) return line.here.map(({ section, who }) => `${section}: ${who.map(({ name }) => name).join()}`);
  }
}

test('two who write in one part learn of each other by the stream, and that one of them has gone', async () => {
  const streams = [await priya.open(), await mother.open()] as const;
  expect((await priya.isIn('child')).status).toBe(204);
  await mother.isIn('child');
  expect(await streams[0].here()).toEqual([`child: ${people.agnieszka.name}`]);
  expect(await streams[1].here()).toEqual([`child: ${people.priya.name}`]);
  await mother.isIn('views');
  expect(await streams[0].here()).toEqual([`views: ${people.agnieszka.name}`]);
  await mother.isIn(null);
  expect(await streams[0].here()).toEqual([]);
});

test('it ends when the stream of the other breaks, and at once when their right is taken away', async () => {
  const [own, other] = [await priya.open(), await mother.open()];
  await other.next();
  await priya.isIn('child');
  await mother.isIn('child');
  expect(await own.here()).toEqual([`child: ${people.agnieszka.name}`]);
  other.end();
  expect(await own.here()).toEqual([]);

  const again = await mother.open();
  await mother.isIn('child');
  expect(await own.here()).toEqual([`child: ${people.agnieszka.name}`]);
  expect(await again.here()).toEqual([`child: ${people.priya.name}`]);
  await priya.command('unshare', { person: mother.person });
  expect(await own.here()).toEqual([]);
  expect(await again.here()).toEqual([]);
});

test('who reads only gets the same lines at the same times, whether somebody else is there or not', async () => {
  await share('view');
  await mother.isIn('child');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const lines = await mother.lines();
  await lines.next();
  const beat = lines.next();
  let isThere = false;
  void beat.then(() => (isThere = true));
  const looked = () => new Promise<void>((after) => setImmediate(() => setImmediate(after)));
  for (let passed = 0; passed < heartbeatMs; passed += heartbeatMs / 4) {
    expect(isThere).toBe(false);
    // Comings, goings and words, in the very document that this person reads and in others.
    await priya.isIn(passed % 2 === 0 ? 'child' : null);
    await priya.push({
      commands: [{ id: newId(), doc: newId(), name: 'start', args: { kind: 'request', form: 1 }, seen: {} }],
    });
    await vi.advanceTimersByTimeAsync(heartbeatMs / 4);
    await looked();
  }
  expect(isThere).toBe(true);
  expect(Object.keys((await beat).value as object)).toEqual(['beat']);
  await lines.return(undefined);
});

test('the answer is the same for a document of one’s own, of somebody else, and for none at all', async () => {
  const answers = [await priya.isIn('child'), await mother.isIn('child', newId()), await mother.isIn('no-such-part')];
  for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([204, '']);
});

test('it is signed, read strictly, and said for oneself alone', async () => {
  const place = { doc, section: 'child' };
  const codes = [
    await priya.say(place, {}, { 'hub-signature': 'AAAA' }),
    await priya.say(place, {}, { 'hub-device': newId() }),
    await priya.say(place, { account: mother.person }),
    await priya.say(place, { words: 'Zofia' }),
    await priya.say({ ...place, name: 'Zofia' }),
    await priya.say(place, { pen: 'x'.repeat(2_000) }),
    await priya.say(place, { v: protocolVersion + 1 }),
  ];
  expect(codes.map(({ status }) => status)).toEqual([401, 401, 409, 422, 422, 413, 503]);
  expect(hub.lines.some((line) => JSON.stringify(line).includes(doc))).toBe(false);
});

test('it has an allowance of its own: whoever says it too often still sends words', async () => {
  const statuses = [];
  for (let n = 0; n < 21; n += 1) statuses.push((await priya.isIn('child')).status);
  expect(statuses.at(-1)).toBe(429);
  const pen = newPen();
  expect((await priya.push({ runs: [run(doc, pen, [set(1, 'first_name', 'Zofia')])] })).verdicts).toEqual([
    [pen, 1, 'applied', 1],
  ]);
});
