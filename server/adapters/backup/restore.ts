/**
 * Puts a backup together again: the newest whole copy before the wished moment, every step up to it, the files that
 * were there then, and all that is known of the second place, also from after that moment.
 */
import type { KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import type { BackupPlace } from './place.ts';
import { momentOf, wholeGenerations } from './retention.ts';
import { unseal } from './sealed.ts';
import { hashing, Reader, type BackedUpHead, type SegmentFacts } from './segment.ts';
import { frameHeaderBytes } from './wal.ts';

export interface RestoredBackup {
  /** The moment of the last step that was put in. */
  readonly at: number;
  readonly steps: number;
  readonly files: number;
  readonly heads: readonly BackedUpHead[];
}
export class BackupBroken extends Error {}

interface Step {
  readonly name: string;
  readonly at: number;
}

export function restoreBackup(
  place: BackupPlace,
  privateKey: KeyObject,
  folder: string,
  secondPlace: string,
  moment = Infinity,
): RestoredBackup {
  const bases = wholeGenerations(place);
  const base = bases.findLast(({ from }) => from <= moment)?.name;
  if (base === undefined) throw new BackupBroken('There is no backup of that time.');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, SegmentFacts['files'][number]>();
  const steps = stepsIn(place, base).filter(({ at }) => at <= moment);
  const database = openSync(join(folder, 'hub.db'), 'w', 0o600);
  let last: SegmentFacts | undefined;
  try {
    let after = putBase(place, privateKey, base, database);
    for (const { name } of steps) {
      last = undefined;
      const source = hashing(unseal(privateKey, place.read(name)), (hash) => (after = hash));
      const expected = after;
      const reader = new Reader(source);
      last = reader.facts();
      if (last.after !== expected) throw new BackupBroken(`A step before ${name} is missing.`);
      for (const file of last.files) files.set(file.path, file);
      for (const path of last.gone) files.delete(path);
      for (const { bytes } of last.notes) reader.take(bytes);
      putFrames(reader, last.pageBytes, database);
    }
    fsyncSync(database);
  } finally {
    closeSync(database);
  }
  if (last === undefined) throw new BackupBroken('The backup was broken off before its first step.');
  check(join(folder, 'hub.db'), last.heads);
  for (const file of files.values()) putFile(place, privateKey, join(folder, 'files', file.path), file);
  putNotes(place, privateKey, bases.at(-1)?.name ?? base, secondPlace);
  return { at: last.at, steps: steps.length, files: files.size, heads: last.heads };
}

const stepsIn = (place: BackupPlace, base: string): Step[] =>
  place
    .list(base)
    .filter((name) => name !== 'base')
    .map((name) => ({ name: `${base}/${name}`, at: momentOf(name) }));

function putBase(place: BackupPlace, privateKey: KeyObject, base: string, database: number): string {
  let after = '';
  for (const piece of hashing(unseal(privateKey, place.read(`${base}/base`)), (hash) => (after = hash)))
    writeAll(database, piece, null);
  return after;
}

/** Whole commits only: that is how they were taken. */
function putFrames(reader: Reader, pageBytes: number, database: number): void {
  for (;;) {
    const frame = reader.take(frameHeaderBytes + pageBytes);
    if (frame.length === 0) return;
    if (frame.length !== frameHeaderBytes + pageBytes) throw new BackupBroken('A step of the backup is cut off.');
    writeAll(database, frame.subarray(frameHeaderBytes), (frame.readUInt32BE(0) - 1) * pageBytes);
    const pages = frame.readUInt32BE(4);
    if (pages > 0) ftruncateSync(database, pages * pageBytes);
  }
}

function check(file: string, heads: readonly BackedUpHead[]): void {
  const database = new SqliteFile(file);
  try {
    const verdict = database.pragma('integrity_check', { simple: true });
    if (verdict !== 'ok') throw new BackupBroken('The database that was put together is damaged.');
    const mark = database.prepare('SELECT mark FROM feed_mark WHERE authority_id = ? AND seq = ?').pluck();
    for (const head of heads)
      if (head.seq > 0 && mark.get(head.authority, head.seq) !== head.mark)
        throw new BackupBroken('The database that was put together lacks commits.');
  } finally {
    database.close();
  }
}

function putFile(
  place: BackupPlace,
  privateKey: KeyObject,
  path: string,
  { object, hash }: SegmentFacts['files'][number],
): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  let found = '';
  try {
    for (const piece of hashing(unseal(privateKey, place.read(object)), (done) => (found = done)))
      writeAll(file, piece, null);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (hash !== '' && found !== hash) throw new BackupBroken('A file of the backup is not the one that was kept.');
}

/** From the newest copy, whatever moment is wished: what ended since then stays ended. */
function putNotes(place: BackupPlace, privateKey: KeyObject, base: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { name } of stepsIn(place, base)) {
    const reader = new Reader(unseal(privateKey, place.read(name)));
    for (const { name: notes, bytes } of reader.facts().notes) {
      const file = openSync(join(folder, notes), 'a', 0o600);
      writeAll(file, reader.take(bytes), null);
      fsyncSync(file);
      closeSync(file);
    }
  }
}

function writeAll(file: number, bytes: Buffer, at: number | null): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, at === null ? null : at + done);
}
