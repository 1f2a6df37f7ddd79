/** The second place as files in a folder, one a day. It ought to lie on another disk than the database. */
import { closeSync, fdatasync, fstatSync, mkdirSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
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
      for (const name of namesIn(folder)) {
        const file = await open(join(folder, name));
        for await (const line of file.readLines()) if (isWhole(line)) yield line;
      }
    },
    close() {
      if (current !== undefined) closeSync(current.file);
      current = undefined;
      return Promise.resolve();
    },
  };
}

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
