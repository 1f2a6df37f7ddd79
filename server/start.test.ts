import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SMTPServer } from 'smtp-server';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { PushReply } from '#sync/protocol/changes.ts';
import { fragmentedText, typedInto } from '#tests/hub/hostile-text.ts';
import { edit, newId, newPen, run } from '#tests/hub/sync-hub.ts';
import { people } from '#tests/people/index.ts';
import { runningHub, signIn } from '#tests/people/running-hub.ts';
import { startFlags } from '#tests/people/start-flags.ts';

const hub = runningHub();
afterEach(() => hub.dispose());

const evaluate = (...script: string[]) => [...startFlags(), '--input-type=module', '-e', script.join('\n')];

test('as it is started, no object in the server has a way to the prototype of all others', () => {
  const { stdout } = spawnSync(
    process.execPath,
    evaluate('try { ({}).__proto__; console.log("open"); } catch (error) { console.log(error.code); }'),
    { encoding: 'utf8' },
  );
  expect(stdout.trim()).toBe('ERR_PROTO_ACCESS');
});

test('what Node has made of the sources is kept for later starts, also when the server is killed', async () => {
  const { stdout } = spawnSync(
    process.execPath,
    evaluate('import { getCompileCacheDir } from "node:module"; console.log(getCompileCacheDir());'),
    { encoding: 'utf8' },
  );
  const kept = stdout.trim();
  expect(kept).toContain(join('node_modules', '.cache', 'compiled'));
  // Other tests may start servers meanwhile.
  rmSync(kept, { recursive: true, force: true, maxRetries: 10 });
  await hub.start();
  await expect.poll(() => existsSync(kept) && readdirSync(kept).length, { timeout: 10_000 }).toBeGreaterThan(400);
  await hub.end('SIGKILL');
}, 60_000);

test('so started it signs people in, takes words, long texts and files, and tells others of a shared draft', async () => {
  await hub.start();
  const priya = await signIn(hub, 'priya');
  const doc = newId<DocumentId>();
  const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(50_000, 'words of a report ')]);
  const id = newId<string>();
  const command = (name: string, args: object) => ({ id: newId(), doc, name, args, seen: {} });
  const [first, second] = [newPen(), newPen()];
  const base = fragmentedText(clientIdOfPen(first), 6_000);
  const text = (n: number, update: Uint8Array) => edit(n, 'text', 'views', 'working', base64OfBytes(update));
  const push = async (change: object): Promise<PushReply> => {
    const answer = await priya.push(change);
    expect(answer.status).toBe(200);
    return (await answer.json()) as PushReply;
  };
  await push({ commands: [command('start', { kind: 'request', form: 1 })], runs: [run(doc, first, [text(1, base)])] });
  // Enough for the thread beside the server, which has the same flags.
  const letters = typedInto(clientIdOfPen(second), base, 20).map((update, at) => text(at + 1, update));
  const { verdicts } = await push({ runs: [run(doc, second, letters)] });
  expect(verdicts.map(([, , is]) => is)).toEqual(Array(20).fill('applied'));

  const declared = {
    ...{ id, section: 'documents', name: 'Report.pdf', type: 'application/pdf', sizeBytes: file.length },
    ...{ hash: createHash('sha256').update(file).digest('base64url'), category: 'report-ep' },
  };
  const added = await push({ commands: [command('add-file', declared)] });
  expect(added.commands.map(({ verdict }) => verdict)).toEqual([{ is: 'done', result: {} }]);
  const headers = {
    ...{ 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
  };
  const sent = await priya.ask(`/api/files/${id}`, { method: 'PATCH', body: file, headers });
  expect([sent.status, sent.headers.get('hub-file-state')]).toEqual([204, 'ready']);
  expect(Buffer.from(await (await priya.ask(`/api/files/${id}`)).arrayBuffer()).equals(file)).toBe(true);

  const lettersToTom = async () =>
    (await hub.outbox()).filter(({ channel, to }) => channel === 'email' && to === people.tom.email).length;
  const before = await lettersToTom();
  await push({ commands: [command('share', { email: people.tom.email, access: 'edit' })] });
  await expect.poll(lettersToTom, { timeout: 10_000 }).toBe(before + 1);
  expect(hub.said).not.toContain('"event":"bug"');
}, 60_000);

test('so started it hands letters to a mail server', async () => {
  let letters = 0;
  const post = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      stream.resume().on('end', () => {
        letters += 1;
        done();
      });
    },
  });
  await new Promise<void>((ready) => post.listen(0, '127.0.0.1', ready));
  const { port } = post.server.address() as AddressInfo;
  const carrier = new URL('./adapters/mail/smtp.ts', import.meta.url).href;
  const script = evaluate(
    `const { smtpCarrier } = await import(${JSON.stringify(carrier)});`,
    `const carrier = smtpCarrier({ url: 'smtp://127.0.0.1:${String(port)}', from: 'hub@hub.example', name: 'Hub' });`,
    `const letter = { id: 'aaaaBBBBccccDDDD', authorityId: 'a', to: 'x@hub.example', subject: 'S', body: 'B', at: 0 };`,
    'console.log((await carrier.send(letter)).is); carrier.close();',
  );
  const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  await new Promise((gone) => child.once('exit', gone));
  await new Promise<void>((closed) => post.close(closed));
  expect([said.trim(), letters]).toEqual(['sent', 1]);
});
