/**
 * A Hub made ready for a measurement: people, devices and sessions exist before the clock starts, keys are of the size
 * that ships, and the server is the real process in production mode, with every limit at its production value.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeId, type AuthorityId, type DeviceId, type DocumentId, type PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { takeSeq, insertFeed } from '#server/storage/feed.ts';
import { insertDocument } from '#server/storage/documents.ts';
import { migrate, openDatabase, type Storage } from '#server/storage/database.ts';
import { insertDevice, insertPeople } from '#server/storage/people.ts';
import { insertSession } from '#server/storage/sessions.ts';
import { saveShare } from '#server/storage/shares.ts';

export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
export const newId = <Id extends string>(): Id => makeId<Id>(random);

/** One person at one device, with a session that is awake. */
export interface Seat {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly token: string;
  readonly nonce: string;
  readonly key: KeyObject;
}

export interface PreparedHub {
  readonly folder: string;
  readonly authority: AuthorityId;
  readonly storage: Storage;
  seat(role: RoleName): Promise<Seat>;
  /** A draft request that the first of them started and shared with the others. */
  draft(starter: Seat, others: readonly Seat[]): Promise<DocumentId>;
  start(): Promise<RunningServer>;
  remove(): void;
}

export interface RunningServer {
  readonly port: number;
  /** Seconds of processor time so far, its own and the system's for it. */
  cpuSeconds(): number;
  /** The most memory that it ever held, in MiB. */
  peakMemoryMiB(): number;
  memoryMiB(): number;
  stop(): Promise<void>;
}

const hubUrl = 'https://ehc.hallowshire.gov.uk';
const top = fileURLToPath(new URL('../..', import.meta.url));

export async function prepareHub(): Promise<PreparedHub> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  const storage = await openDatabase({ file: join(folder, 'hub.db') });
  await migrate(storage);
  const authority = newId<AuthorityId>();
  const now = Date.now();
  await storage.write((tx) =>
    insertPeople(tx, {
      authority: { id: authority, name: 'Hallowshire', host: new URL(hubUrl).host, created_at: now },
      organisations: [],
      people: [],
      memberships: [],
    }),
  );
  return {
    folder,
    authority,
    storage,
    async seat(role) {
      const person = newId<PersonId>();
      const device = newId<DeviceId>();
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const token = Buffer.from(random(32)).toString('base64url');
      const nonce = Buffer.from(random(12)).toString('base64');
      await storage.write(async (tx) => {
        await tx
          .insertInto('person')
          .values({
            id: person,
            authority_id: authority,
            email: `${person.toLowerCase()}@hallowshire.example`,
            name: `Person ${person.slice(0, 4)}`,
            phone: '',
            password_hash: '-',
            is_active: 1,
            created_at: now,
          })
          .execute();
        await tx
          .insertInto('membership')
          .values({
            id: newId<string>(),
            authority_id: authority,
            person_id: person,
            role,
            organisation_id: null,
            created_at: now,
            ended_at: null,
          })
          .execute();
        await insertDevice(tx, {
          id: device,
          authority_id: authority,
          person_id: person,
          public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
          last_stamp: 0,
          created_at: now,
          revoked_at: null,
        });
        await insertSession(tx, {
          token_hash: createHash('sha256').update(token).digest('base64url'),
          authority_id: authority,
          person_id: person,
          device_id: device,
          nonce,
          created_at: now,
          last_seen_at: now,
          expires_at: now + 7 * 24 * 3_600_000,
          ended_at: null,
        });
      });
      return { person, device, token, nonce, key: privateKey };
    },
    async draft(starter, others) {
      const id = newId<DocumentId>();
      await storage.write(async (tx) => {
        await insertDocument(tx, {
          id,
          authority_id: authority,
          kind: 'request',
          form: 1,
          stage: 'draft',
          starter_id: starter.person,
          case_number: null,
          received_on: null,
          submitted_at: null,
          submitted_by: null,
          created_at: now,
          updated_at: now,
          seq: 0,
        });
        const { seq } = await takeSeq(tx, authority, 1, { mark: 1 + Math.floor(Math.random() * 1e9), epoch: 1 });
        for (const other of others)
          await saveShare(tx, {
            id: newId<string>(),
            authority_id: authority,
            document_id: id,
            person_id: other.person,
            access: 'edit',
            shared_by: starter.person,
            shared_at: now,
            ended_at: null,
            seq,
          });
        await tx.updateTable('document').set({ seq }).where('id', '=', id).execute();
        await insertFeed(tx, { seq, authority_id: authority, document_id: id, person_id: null, what: 'change' });
      });
      return id;
    },
    start: () => startServer(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** On the first core, if there are two: whoever measures runs on the other. */
const serverCore = '0';
const ownCore = '1';
export const hasTwoCores = availableParallelism() >= 2;

export function pinned(core: 'server' | 'own', command: readonly string[]): string[] {
  return hasTwoCores && process.platform === 'linux'
    ? ['taskset', '-c', core === 'server' ? serverCore : ownCore, ...command]
    : [...command];
}

async function startServer(folder: string): Promise<RunningServer> {
  const [program, ...given] = pinned('server', [
    process.execPath,
    ...(process.env.HUB_BENCH_NODE ?? '').split(' ').filter(Boolean),
    '--disable-proto=throw',
    'server/main.ts',
  ]);
  const log = openSync(join(folder, 'server.log'), 'a');
  const port = await freePort();
  const child: ChildProcess = spawn(program ?? '', given, {
    cwd: top,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      HUB_MODE: 'production',
      HUB_DATA: folder,
      PORT: String(port),
      HUB_URL: hubUrl,
      HUB_SECRET: Buffer.from(random(32)).toString('base64url'),
      HUB_SMTP_URL: 'smtp://hub:password@127.0.0.1:9',
      HUB_MAIL_FROM: 'hub@hallowshire.gov.uk',
      HUB_SMS_KEY: `hub-${crypto.randomUUID()}-${crypto.randomUUID()}`,
      HUB_SMS_TEMPLATE: crypto.randomUUID(),
      HUB_SMS_URL: 'https://127.0.0.1:9',
    },
  });
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`the server did not start:\n${readFileSync(join(folder, 'server.log'), 'utf8')}`);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/healthz`).catch(() => undefined);
    if (answer?.ok === true) break;
    await new Promise((next) => setTimeout(next, 20));
  }
  const proc = (file: string) => readFileSync(`/proc/${String(child.pid)}/${file}`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(proc('status'))?.[1] ?? 0) / 1024;
  return {
    port,
    cpuSeconds() {
      // After the name in brackets, which may hold spaces: user and system time in hundredths of a second.
      const fields = proc('stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    peakMemoryMiB: () => mib('VmHWM'),
    memoryMiB: () => mib('VmRSS'),
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
}

/** One that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Bytes of the database with its journal. */
export const storedBytes = (folder: string): number =>
  ['hub.db', 'hub.db-wal'].reduce((sum, file) => {
    try {
      return sum + statSync(join(folder, file)).size;
    } catch {
      return sum;
    }
  }, 0);
