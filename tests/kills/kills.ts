/**
 * The real server under load from many devices, killed at random moments and started again on the same folder. What was
 * acknowledged must be there once and whole; whoever was cut off goes on by sending the same again.
 */
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeId, type DocumentId, type PenId } from '#sync/model/ids.ts';
import type { EditVerdict, PushReply } from '#sync/protocol/changes.ts';
import type { WireEdit } from '#sync/protocol/push.ts';
import { people, type PersonKey } from '#tests/people/index.ts';
import { runningHub, signIn, type RunningHub } from '#tests/people/running-hub.ts';

export interface Told {
  readonly kills: number;
  readonly acknowledged: number;
  /** Pushes that a kill cut off, and that were sent again. */
  readonly sentAgain: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Of the database itself, and of what waits although the server is there. */
  readonly faults: readonly string[];
}

const newId = <Id extends string>(): Id => makeId<Id>((count) => randomBytes(count));
const writers: readonly PersonKey[] = ['sarah', 'agnieszka', 'yusuf', 'idris'];
const fields = ['first_name', 'last_name', 'preferred_name', 'middle_names'];

/** A disk that fills up under load and one that can only be read: nothing is called saved, and all of it goes in later. */
export async function withoutRoom(): Promise<Told & { readonly refused: number; readonly said: string }> {
  const hub = runningHub();
  try {
    await hub.start();
    const clients = await openClients(hub);
    await hub.end();
    const running: Promise<void>[] = [];
    await hub.start({ fileBytesMax: statSync(join(hub.folder, 'hub.db')).size + 64 * 1024 });
    running.push(...clients.map((client) => client.run()));
    const refused = () => clients.reduce((sum, client) => sum + client.refused, 0);
    while (refused() < clients.length) await pause(20);
    await hub.makeRoom();
    const goneOn = clients.map((client) => client.acknowledged.size);
    while (clients.some((client, at) => client.acknowledged.size <= (goneOn[at] ?? 0))) await pause(20);
    await hub.end('SIGKILL');
    const makeWritable = makeReadOnly(hub.folder);
    const said = await hub.refuseToStart().finally(makeWritable);
    await hub.start();
    clients.forEach((client) => client.stop());
    await Promise.all(running);
    await hub.end();
    return { ...judge(hub, clients, 1), refused: refused(), said };
  } finally {
    await hub.dispose();
  }
}

/** The superuser writes whatever the rights say, so for them the folder is mounted once more, to be read only. */
function makeReadOnly(folder: string): () => void {
  const run = (command: string, ...args: string[]) => {
    const ended = spawnSync(command, args, { encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`${command} does not work here: ${ended.stderr}`);
  };
  if (process.getuid?.() !== 0) {
    run('chmod', '-R', 'a-w', folder);
    return () => run('chmod', '-R', 'u+w', folder);
  }
  run('mount', '--bind', folder, folder);
  run('mount', '-o', 'remount,ro,bind', folder);
  return () => run('umount', folder);
}

/** Ends with `kills` kills, or after `withinMs` with fewer. */
export async function killAtRandom({
  kills,
  seed,
  withinMs = Infinity,
}: {
  kills: number;
  seed: number;
  withinMs?: number;
}): Promise<Told> {
  const random = randomOf(seed);
  const hub = runningHub();
  let done = 0;
  try {
    await hub.start();
    const clients = await openClients(hub);
    const running = clients.map((client) => client.run());
    const until = Date.now() + withinMs;
    for (; done < kills && Date.now() < until; done += 1) {
      await pause(20 + random() * 400);
      await hub.end('SIGKILL');
      await hub.start();
    }
    clients.forEach((client) => client.stop());
    await Promise.all(running);
    await hub.end();
    return judge(hub, clients, done);
  } finally {
    await hub.dispose();
  }
}

interface Client {
  readonly doc: DocumentId;
  readonly acknowledged: Map<string, string>;
  readonly waiting: number;
  readonly sentAgain: number;
  /** Answers that said «come again». */
  readonly refused: number;
  run(): Promise<void>;
  stop(): void;
}

/** Two documents of one person, shared with the others; everybody writes in both, from two devices each. */
async function openClients(hub: RunningHub): Promise<Client[]> {
  const starter = await signIn(hub, 'sarah');
  const docs = [newId<DocumentId>(), newId<DocumentId>()];
  const command = (doc: DocumentId, name: string, args: object) => ({ id: newId(), doc, name, args, seen: {} });
  const commands = docs.flatMap((doc) => [
    command(doc, 'start', { kind: 'request', form: 1 }),
    ...writers
      .filter((key) => key !== 'sarah')
      .map((key) => command(doc, 'share', { email: people[key].email, access: 'edit' })),
  ]);
  const reply = (await (await starter.push({ commands })).json()) as PushReply;
  const refused = reply.commands.filter(({ verdict }) => verdict.is !== 'done');
  if (refused.length > 0) throw new Error(`the documents could not be shared: ${JSON.stringify(refused)}`);
  const clients: Client[] = [];
  for (const key of writers) {
    const device = await signIn(hub, key);
    for (const doc of docs) clients.push(clientOf(hub, device, doc));
  }
  return clients;
}

function clientOf(hub: RunningHub, device: Awaited<ReturnType<typeof signIn>>, doc: DocumentId): Client {
  const acknowledged = new Map<string, string>();
  const pen = newId<PenId>();
  let n = 0;
  let isStopped = false;
  let waiting = 0;
  let sentAgain = 0;
  let refused = 0;

  const send = async (edits: readonly WireEdit[]): Promise<readonly EditVerdict[]> => {
    for (let tries = 0; ; tries += 1) {
      if (tries === 1) sentAgain += 1;
      try {
        const answer = await device.push({ runs: [{ doc, pen, form: 1, base: {}, edits }] });
        if (answer.status === 200) return ((await answer.json()) as PushReply).verdicts;
        if (answer.status === 503) refused += 1;
      } catch (error) {
        // The server is gone: it was killed, before the answer or in the middle of it.
        if (!(error instanceof Error)) throw error;
      }
      await pause(30);
    }
  };
  return {
    doc,
    acknowledged,
    get waiting() {
      return waiting;
    },
    get sentAgain() {
      return sentAgain;
    },
    get refused() {
      return refused;
    },
    stop: () => void (isStopped = true),
    async run() {
      while (!isStopped) {
        const edits = Array.from({ length: 1 + (n % 4) }, (_, at): WireEdit => {
          const number = n + at + 1;
          return [
            number,
            'set',
            'child' as never,
            fields[number % fields.length] ?? '',
            `${pen} ${String(number)}`,
            Date.now(),
          ];
        });
        n += edits.length;
        waiting = edits.length;
        for (const [, number, is] of await send(edits)) {
          const edit = edits.find((one) => one[0] === number);
          if (is === 'refused' || edit === undefined) throw new Error('an edit of a writer was refused');
          acknowledged.set(`${pen}.${String(number)}`, JSON.stringify(edit));
          waiting -= 1;
        }
        await pause(40);
      }
    },
  };
}

function judge(hub: RunningHub, clients: readonly Client[], kills: number): Told {
  const database = new Database(join(hub.folder, 'hub.db'), { readonly: true });
  try {
    const logged = new Map<string, string>();
    const doubled: string[] = [];
    const faults: string[] = [];
    const rows = database.prepare('SELECT pen, edits FROM log ORDER BY id').all() as { pen: string; edits: string }[];
    for (const { pen, edits } of rows) {
      for (const edit of JSON.parse(edits) as WireEdit[]) {
        const name = `${pen}.${String(edit[0])}`;
        if (logged.has(name)) doubled.push(name);
        logged.set(name, JSON.stringify(edit));
      }
    }
    const all = clients.flatMap(({ acknowledged }) => [...acknowledged]);
    const lost = all.filter(([name, edit]) => logged.get(name) !== edit).map(([name]) => name);
    if (database.pragma('integrity_check', { simple: true }) !== 'ok') faults.push('the database is damaged');
    const counted = database.prepare('SELECT document_id, ver FROM section WHERE section = ?').all('child');
    for (const { document_id: doc, ver } of counted as { document_id: string; ver: number }[]) {
      const accepted = clients.filter((client) => client.doc === doc).flatMap(({ acknowledged }) => [...acknowledged]);
      if (accepted.length > 0 && ver !== accepted.length)
        faults.push(`a section counts ${String(ver)} edits, and ${String(accepted.length)} were acknowledged`);
    }
    for (const { waiting } of clients) if (waiting > 0) faults.push('a device still waits for an answer');
    const sentAgain = clients.reduce((sum, client) => sum + client.sentAgain, 0);
    return { kills, acknowledged: all.length, sentAgain, lost, doubled, faults };
  } finally {
    database.close();
  }
}

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

function randomOf(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    return at / 2 ** 32;
  };
}
