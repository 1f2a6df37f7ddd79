import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeId, type DocumentId } from '#sync/model/ids.ts';
import type { PushReply, StreamLine } from '#sync/protocol/changes.ts';
import { pushBody } from '#tests/hub/push-body.ts';
import { makeDevice, openTestHub, type TestHub } from '#tests/people/test-hub.ts';
import type { PersonKey } from '#tests/people/index.ts';
import { newId, newPen, run, set } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let device: Awaited<ReturnType<typeof signedIn>>;
beforeEach(async () => {
  hub = await openTestHub();
  device = await signedIn();
});
afterEach(async () => {
  await Promise.all(streams.splice(0).map((reader) => reader.cancel()));
  await hub.close();
});
const streams: ReadableStreamDefaultReader<string>[] = [];

async function signedIn(person: PersonKey = 'priya') {
  const { browser, session } = await hub.signIn(person);
  const made = makeDevice();
  const enrolled = await browser.post('/api/devices', { device: made.id, publicKey: made.publicKey });
  if (!enrolled.ok) throw new Error(`Enrolling was answered by ${String(enrolled.status)}.`);
  const push = (change: object = {}): object =>
    pushBody({ account: session.person.id, device: made.id, sent: hub.clock.now }, change);
  const send = (bytes: Uint8Array, headers: Record<string, string> = {}) =>
    hub.app.request('/api/sync', {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: {
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'hub-request': '1',
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'hub-device': made.id,
        'hub-signature': made.sign('/api/sync', session.nonce, bytes),
        ...headers,
      },
    });
  return {
    browser,
    session,
    id: made.id,
    push,
    send,
    sync: (change: object = {}) => send(gzipSync(JSON.stringify(push(change)))),
  };
}

const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { error: string }).error];

describe('a push over the wire', () => {
  test('is signed, unpacked, applied and answered with its verdicts and a frame', async () => {
    const doc = newId<DocumentId>();
    const pen = newPen();
    const answer = await device.sync({
      pull: true,
      commands: [{ id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} }],
      runs: [run(doc, pen, [[1, 'set', 'child' as never, 'first_name', 'A', hub.clock.now]])],
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const reply = (await answer.json()) as PushReply;
    expect(reply.verdicts).toEqual([[pen, 1, 'applied', 1]]);
    expect(reply.frame?.manifest?.map((entry) => entry.doc)).toContain(doc);
  });

  test('without a session, of an unknown device or with a wrong signature is refused, each by its name', async () => {
    const bytes = gzipSync(JSON.stringify(device.push()));
    expect(await codeOf(await device.send(bytes, { cookie: '' }))).toEqual([401, 'signed-out']);
    expect(await codeOf(await device.send(bytes, { 'hub-device': makeId((count) => new Uint8Array(count)) }))).toEqual([
      401,
      'device-unknown',
    ]);
    expect(await codeOf(await device.send(bytes, { 'hub-signature': 'AAAA' }))).toEqual([401, 'signature-wrong']);
    const other = gzipSync(JSON.stringify(device.push({ pull: true })));
    expect(
      await codeOf(
        await device.send(other, { 'hub-signature': makeDevice().sign('/api/sync', device.session.nonce, other) }),
      ),
    ).toEqual([401, 'signature-wrong']);
  });

  test('of another account is refused whole', async () => {
    expect(await codeOf(await device.sync({ account: newId() }))).toEqual([409, 'other-person']);
  });

  test('that cannot be read is refused whole: no JSON, no gzip, an unknown key, a forbidden one', async () => {
    const bad = [
      gzipSync('{'),
      Buffer.from('no gzip'),
      gzipSync(JSON.stringify(device.push({ more: 1 }))),
      gzipSync('{"__proto__":{"v":1}}'),
    ];
    const edits = [[1, 'set', 'child', 'first_name', JSON.parse('{"constructor":1}'), 0]];
    bad.push(
      gzipSync(JSON.stringify(device.push({ runs: [{ doc: newId(), pen: newId(), form: 1, base: {}, edits }] }))),
    );
    for (const bytes of bad) expect(await codeOf(await device.send(bytes))).toEqual([422, 'unreadable']);
  });

  test('that unpacks to more than a mebibyte is stopped while it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.byteLength).toBeLessThan(100 * 1024);
    expect(await codeOf(await device.send(bomb))).toEqual([422, 'unreadable']);
    // A good push with two mebibytes of nothing behind it: only its length speaks against it.
    const padded = (count: number) => gzipSync(JSON.stringify(device.push()) + ' '.repeat(count));
    expect((await device.send(padded(1024))).status).toBe(200);
    expect(await codeOf(await device.send(padded(2 * 1024 * 1024)))).toEqual([422, 'unreadable']);
  });

  test('of an app from before or after this server is told so', async () => {
    expect(await codeOf(await device.sync({ v: 0 }))).toEqual([426, 'app-too-old']);
    expect(await codeOf(await device.sync({ v: 99 }))).toEqual([503, 'newer-app']);
  });
});

describe('the event stream', () => {
  test('begins with a frame, brings each change as it commits, and ends with the session', async () => {
    const start = (await (await device.sync({ pull: true })).json()) as PushReply;
    const answer = await device.browser.get('/api/stream', {
      'hub-cursor': start.frame?.to ?? '',
      'hub-device': device.id,
    });
    expect(answer.headers.get('cache-control')).toContain('no-transform');
    const lines = readLines(answer);
    expect(await lines.next()).toMatchObject({ frame: { from: start.frame?.to, changes: [] } });
    const doc = newId<DocumentId>();
    await device.sync({
      commands: [{ id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} }],
    });
    const line = await lines.next();
    expect(line).toMatchObject({ frame: { from: start.frame?.to } });
    expect('frame' in line! && line.frame.changes.some((change) => change.t === 'doc' && change.doc === doc)).toBe(
      true,
    );
    await device.browser.post('/api/sign-out', {});
    hub.sync.listeners.tell(await authorityId());
    expect(await lines.next()).toBeUndefined();
  });

  test('is packed for whoever can unpack it, and each line of it is read as it comes', async () => {
    const answer = await device.browser.get('/api/stream', { 'hub-device': device.id, 'accept-encoding': 'gzip, br' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const unpacked = answer.body!.pipeThrough(new DecompressionStream('gzip'));
    const lines = readLines(new Response(unpacked as ReadableStream<Uint8Array<ArrayBuffer>>));
    expect(await lines.next()).toMatchObject({ frame: { from: null, changes: [] } });
    const doc = newId<DocumentId>();
    await device.sync({
      commands: [{ id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} }],
    });
    const line = await lines.next();
    expect('frame' in line! && line.frame.changes.map(({ doc: of }) => of)).toContain(doc);
    // It ends in good order: whoever unpacks it meets no fault.
    await device.browser.post('/api/sign-out', {});
    hub.sync.listeners.tell(await authorityId());
    expect(await lines.next()).toBeUndefined();
  });

  test('needs the session’s own device', async () => {
    expect((await device.browser.get('/api/stream', { 'hub-device': newId() })).status).toBe(401);
  });

  test('is open twice on a device at most: the oldest gives way', async () => {
    const open = async () => readLines(await device.browser.get('/api/stream', { 'hub-device': device.id }));
    const [first] = [await open(), await open(), await open()];
    await first?.next();
    expect(await first?.next()).toBeUndefined();
  });
});

describe('a device that has very much to say', () => {
  test('is told to wait when a minute’s share is used up, and nothing of it is lost', async () => {
    const doc = newId<DocumentId>();
    const start = { id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} };
    expect((await device.sync({ commands: [start] })).status).toBe(200);
    const pushes = Array.from({ length: 5 }, () =>
      run(
        doc,
        newPen(),
        Array.from({ length: 500 }, (_, n) => set(n + 1, 'middle_names', String(n))),
      ),
    );
    const statuses = [];
    for (const one of pushes) statuses.push((await device.sync({ runs: [one] })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    const refused = await device.sync({ runs: pushes.slice(4) });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '15']);
    // Asking for news costs nothing of it.
    expect((await device.sync({ pull: true })).status).toBe(200);
    hub.pass(15_000);
    const taken = (await (await device.sync({ runs: pushes.slice(4) })).json()) as PushReply;
    expect(taken.verdicts.map(([, , is, ver]) => [is, ver])).toEqual(
      taken.verdicts.map((_, n) => ['applied', 2_000 + n + 1]),
    );
  });

  test('is told so by the bytes of it too, which count unpacked', async () => {
    const large = () => device.sync({ runs: [run(newId(), newPen(), [set(1, 'first_name', 'x'.repeat(1_000_000))])] });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await large()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    hub.pass(60_000);
    expect((await large()).status).toBe(200);
  });
});

describe('the history of a field', () => {
  test('and the stream are asked for only so often: whoever asks on is told how long to wait', async () => {
    const ask = () => device.browser.get(`/api/documents/${newId()}/history?holder=child&field=first_name`);
    const answers = await Promise.all(Array.from({ length: 70 }, ask));
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(60);
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('1');
    hub.pass(5_000);
    expect((await ask()).status).toBe(404);
    const open = () => device.browser.get('/api/stream', { 'hub-device': device.id, 'hub-cursor': 'no cursor' });
    const opened = await Promise.all(Array.from({ length: 40 }, open));
    expect(opened.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  test('that may not be read and one that does not exist get the same answer; what was there to be denied is noted once a day', async () => {
    const doc = newId<DocumentId>();
    const start = { id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} };
    expect((await device.sync({ commands: [start] })).status).toBe(200);
    const tom = await signedIn('tom');
    const ask = async (asked: string) => {
      const answers = [
        await tom.browser.get(`/api/documents/${asked}/history?holder=child&field=first_name`),
        await tom.browser.get(`/api/documents/${asked}/openings`),
      ];
      expect((await tom.sync({ want: [asked] })).status).toBe(200);
      return Promise.all(answers.map(codeOf));
    };
    const noted = async () => {
      // Nobody waits for a note, so it may still be on its way.
      await new Promise((next) => setTimeout(next, 20));
      const rows = await hub.deps.storage.db
        .selectFrom('audit')
        .select(['actor', 'action', 'document_id', 'detail'])
        .where('action', 'like', '%.denied')
        .execute();
      return rows.map(({ actor, action, document_id: of, detail }) => [actor, action, of, detail]).sort();
    };
    expect(await ask(doc)).toEqual(await ask(newId()));
    const each = (['contents', 'history', 'openings'] as const).map((way) => [
      tom.session.person.id,
      `${way}.denied`,
      doc,
      '{}',
    ]);
    expect(await noted()).toEqual(each);
    await ask(doc);
    expect(await noted()).toEqual(each);
    hub.pass(24 * 60 * 60_000);
    const again = await signedIn('tom');
    expect((await again.browser.get(`/api/documents/${doc}/openings`)).status).toBe(404);
    expect(await noted()).toHaveLength(4);
  });
});

function readLines(answer: Response) {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  streams.push(reader);
  let rest = '';
  return {
    async next(): Promise<StreamLine | undefined> {
      while (!rest.includes('\n')) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        rest += value;
      }
      const end = rest.indexOf('\n');
      const line = JSON.parse(rest.slice(0, end)) as StreamLine;
      rest = rest.slice(end + 1);
      return line;
    },
  };
}

const authorityId = async () =>
  (await hub.deps.storage.db.selectFrom('authority').select('id').executeTakeFirstOrThrow()).id;
