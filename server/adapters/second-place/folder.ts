/** The second place as files in a folder, one a day. It ought to lie on another disk than the database. */
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SecondPlace } from './second-place.ts';

const sync = promisify(fdatasync);

export const secondPlaceOf = (config: {
  readonly dataFolder: string;
  readonly secondPlace: string | undefined;
}): string => resolve(config.secondPlace ?? join(config.dataFolder, 'second-place'));

export function secondPlaceIn(folder: string, now: () => number): SecondPlace {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let current: { readonly name: string; readonly file: number } | undefined;
  let waiting = '';
  let readers = 0;

  const today = () => {
    const day = `${new Date(now()).toISOString().slice(0, 10)}.notes`;
    // Lines stand in the order of their files, also after a clock was put back.
    const name = [day, current?.name ?? namesIn(folder).at(-1) ?? ''].sort().at(-1) ?? day;
    if (current?.name === name) return current.file;
    if (current !== undefined) closeSync(current.file);
    const file = openSync(join(folder, name), 'a+', 0o600);
    current = { name, file };
    // A power cut may have torn the last line: the next one begins on its own.
    if (!endsLine(file)) waiting = `\n${waiting}`;
    return file;
  };
  return {
    async add(line, isUrgent) {
      waiting += `${line}\n`;
      const file = today();
      const bytes = Buffer.from(waiting);
      // At once and whole, so that lines stand in the order of their commits; what does not fit is torn, and written again.
      const written = writeSync(file, bytes);
      if (written < bytes.length) {
        waiting = `\n${waiting}`;
        throw Object.assign(new Error('the second place is full'), { code: 'ENOSPC' });
      }
      waiting = '';
      if (isUrgent) await sync(file);
    },
    async *read() {
      readers += 1;
      try {
        for (const name of namesIn(folder)) {
          const file = await open(join(folder, name));
          for await (const line of file.readLines()) if (isWhole(line)) yield line;
        }
      } finally {
        readers -= 1;
      }
    },
    compact(before, kept) {
      // Whoever reads just now has a list of what is there: it is done the next time.
      if (readers === 0) compactFolder(folder, before, kept);
      return Promise.resolve();
    },
    close() {
      if (current !== undefined) closeSync(current.file);
      current = undefined;
      return Promise.resolve();
    },
  };
}

/**
 * A file of its own takes what stays of many days, and is there before they go: cut off between, a line stands twice, and
 * what is done twice is done once. Its name is new each time, so that no backup takes it for an earlier one that grew.
 */
function compactFolder(folder: string, before: number, kept: (line: string) => string | undefined): void {
  const day = new Date(before).toISOString().slice(0, 10);
  // The newest stays as it is: its last line is what a database is compared with.
  const old = namesIn(folder)
    .slice(0, -1)
    .filter((name) => name < day);
  const last = old.at(-1);
  if (last === undefined || (old.length === 1 && last.endsWith(keptEnd))) return;
  const lines = old.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(isWhole)
      .map(kept)
      .filter((line) => line !== undefined),
  );
  const path = join(folder, `${last.slice(0, 10)}${keptEnd}`);
  const file = openSync(`${path}.part`, 'w', 0o600);
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.part`, path);
  const dir = openSync(folder, 'r');
  fsyncSync(dir);
  closeSync(dir);
  for (const name of old) if (join(folder, name) !== path) rmSync(join(folder, name));
}
const keptEnd = '-kept.notes';

/** Oldest first. */
const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.notes'))
    .sort();

function endsLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
}

function isWhole(line: string): boolean {
  try {
    return Array.isArray(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
