/**
 * Takes a backup of a database in use: first the whole file, then every few seconds what the write-ahead log has got
 * since. A read transaction stays open from one step to the next, so the log never begins anew over frames that were not
 * copied yet. It runs in a process of its own: closing the database's file would drop the locks that SQLite holds on it
 * for the whole process, so here it is opened once and closed at the end.
 */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { randomBytes } from 'node:crypto';
import SqliteFile, { type Database } from 'better-sqlite3';
import { bytesIn, bytesOf, type BackupPlace } from './place.ts';
import { forgetOldGenerations, keepDaysUsually } from './retention.ts';
import { seal } from './sealed.ts';
import { hashing, writeSegment, type BackedUpHead, type SegmentFacts } from './segment.ts';
import { lastCommit, readWalHead, walHeaderBytes, type WalHead, type WalPosition } from './wal.ts';

export interface BackupSource {
  readonly dataFolder: string;
  readonly secondPlace: string;
}
export interface Step {
  readonly at: number;
  /** Everything up to here is in the backup. */
  readonly heads: readonly BackedUpHead[];
  readonly isNew: boolean;
  /** The first moment that can still be restored. */
  readonly since: number;
}
export interface BackupTaker {
  /** What changed since the last step. */
  step(): Step;
  close(): void;
}

export const usual = {
  now: Date.now,
  /** A whole copy a day: nobody has to put thousands of steps together. */
  baseEveryMs: 24 * 60 * 60_000,
  /** Above this the log is made to begin anew. */
  walBytesMax: 64 * 1024 * 1024,
  keepDays: keepDaysUsually,
};

export function takeBackup(
  source: BackupSource,
  place: BackupPlace,
  publicKey: string,
  { now, baseEveryMs, walBytesMax, keepDays }: typeof usual = usual,
): BackupTaker {
  const path = join(source.dataFolder, 'hub.db');
  const files = { database: openSync(path, 'r'), wal: undefined as number | undefined };
  let pin = openPin(path);
  let base: { readonly name: string; readonly at: number } | undefined;
  let number = 0;
  let since = 0;
  let after = '';
  let position: WalPosition | undefined;
  let copied = new Map<string, string>();
  let noted = new Map<string, number>();

  const walFile = () => (files.wal ??= existsSync(`${path}-wal`) ? openSync(`${path}-wal`, 'r') : undefined);
  const store = (name: string, bytes: Iterable<Buffer>): string => {
    let hash = '';
    place.write(
      name,
      seal(
        publicKey,
        hashing(bytes, (done) => (hash = done)),
      ),
    );
    return hash;
  };
  const begin = () => {
    const at = now();
    base = { name: `${new Date(at).toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}`, at };
    number = 0;
    position = undefined;
    copied = new Map();
    noted = new Map();
    // Pages that a checkpoint moves meanwhile stand in the log as well, and the first step brings the log from its start.
    after = store(`${base.name}/base`, bytesIn(files.database, 0, fstatSync(files.database).size));
  };

  const step = (): Step => {
    if (base === undefined || now() - base.at > baseEveryMs) begin();
    const name = base?.name ?? '';
    const at = now();
    const next = openPin(path);
    const heads = headsIn(next);
    const wal = walSince(walFile(), position);
    const added = newFiles(join(source.dataFolder, 'files'), copied, place, store, at);
    const here = new Set(added.all.map((one) => one.path));
    const gone = [...copied.keys()].filter((one) => !here.has(one));
    const notes = newNotes(source.secondPlace, noted);
    const isNew = wal.until > wal.from || added.fresh.length + gone.length + notes.length > 0 || number === 0;
    if (isNew) {
      number += 1;
      const facts: SegmentFacts = {
        ...{ at, after, heads, gone, pageBytes: wal.head?.pageBytes ?? 0, files: added.fresh },
        notes: notes.map((one) => ({ name: one.name, bytes: one.until - one.from })),
      };
      after = store(
        `${name}/${String(number).padStart(8, '0')}-${String(at)}`,
        writeSegment(facts, partsOf(source.secondPlace, notes, walFile(), wal)),
      );
      added.fresh.forEach((one) => copied.set(one.path, one.object));
      gone.forEach((one) => copied.delete(one));
      notes.forEach((one) => noted.set(one.name, one.until));
    }
    if (isNew && number === 1) since = forgetOldGenerations(place, keepDays, at);
    position = wal.end;
    pin.close();
    pin = next;
    if ((position?.end ?? 0) > walBytesMax) beginLogAnew(path, () => swapPin());
    return { at, heads, isNew, since };
  };

  /** With the writer's lock held by the caller: nothing can be written between the two. */
  const swapPin = () => {
    const wal = walSince(walFile(), position);
    if (wal.until > wal.from) return false;
    pin.close();
    const checkpoint = new SqliteFile(path);
    checkpoint.pragma('wal_checkpoint(PASSIVE)');
    checkpoint.close();
    pin = openPin(path);
    return true;
  };

  return {
    step,
    close() {
      pin.close();
      closeSync(files.database);
      if (files.wal !== undefined) closeSync(files.wal);
    },
  };
}

function openPin(path: string): Database {
  const database = new SqliteFile(path, { timeout: 10_000 });
  database.pragma('query_only = ON');
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM sqlite_master').get();
  return database;
}

function headsIn(database: Database): BackedUpHead[] {
  const rows = database.prepare('SELECT authority_id, epoch, seq, mark FROM feed_head').all();
  return (rows as { authority_id: string; epoch: number; seq: number; mark: number }[]).map(
    ({ authority_id: authority, epoch, seq, mark }) => ({ authority, epoch, seq, mark }),
  );
}

interface WalPart {
  readonly head: WalHead | undefined;
  readonly from: number;
  readonly until: number;
  readonly end: WalPosition | undefined;
}

/** A log that began anew did so only after all of the old one had been copied. */
function walSince(file: number | undefined, position: WalPosition | undefined): WalPart {
  const head = file === undefined ? undefined : readWalHead(file);
  if (file === undefined || head === undefined) return { head, from: 0, until: 0, end: position };
  const from = position?.round === head.start.round ? position : head.start;
  const end = lastCommit(file, head, from);
  return { head, from: from.end, until: end.end, end };
}

/** The log begins anew at the next write when everything in it is in the database and nobody reads from it. */
function beginLogAnew(path: string, swapPin: () => boolean): void {
  const writer = new SqliteFile(path, { timeout: 1_000 });
  try {
    // Most of it beforehand, so that nobody waits long for the lock.
    writer.pragma('wal_checkpoint(PASSIVE)');
    writer.exec('BEGIN IMMEDIATE');
    swapPin();
    writer.exec('ROLLBACK');
  } finally {
    writer.close();
  }
}

/** A file that grows, or is replaced under its name, is another object: nothing is written over. */
function newFiles(
  folder: string,
  copied: ReadonlyMap<string, string>,
  place: BackupPlace,
  store: (name: string, bytes: Iterable<Buffer>) => string,
  at: number,
) {
  const all: { path: string }[] = [];
  const fresh: { path: string; object: string; hash: string }[] = [];
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }) : []) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = relative(folder, full);
    all.push({ path });
    const { size, mtimeMs } = statSync(full);
    const object = `files/${path.replaceAll('/', '-')}.${String(size)}.${String(Math.floor(mtimeMs))}`;
    if (copied.get(path) === object) continue;
    const isKnown = place.has(object);
    const hash = isKnown ? '' : store(object, bytesOf(full, 0, size));
    place.want(object, at);
    fresh.push({ path, object, hash });
  }
  return { all, fresh };
}

interface NewNotes {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}
const newNotes = (folder: string, noted: ReadonlyMap<string, number>): NewNotes[] =>
  (existsSync(folder) ? readdirSync(folder).sort() : []).flatMap((name) => {
    // Gone since: what stays of it stands in another one.
    const until = name.endsWith('.notes') ? (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) : 0;
    const from = noted.get(name) ?? 0;
    return until > from ? [{ name, from, until }] : [];
  });

function* partsOf(folder: string, notes: readonly NewNotes[], file: number | undefined, wal: WalPart) {
  for (const { name, from, until } of notes) yield* bytesOf(join(folder, name), from, until);
  if (file !== undefined) yield* bytesIn(file, Math.max(wal.from, walHeaderBytes), wal.until);
}
