/** Where a backup lies. Nothing there is ever written over; whatever has these functions can be one. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface BackupPlace {
  /** Whole and safe when it returns, or not there at all. */
  write(name: string, source: Iterable<Buffer>): void;
  has(name: string): boolean;
  /** Names in a folder of the place, in order; none where there is no such folder. */
  list(folder: string): string[];
  read(name: string): Iterable<Buffer>;
  /** Notes on a part that it was wanted at this instant. */
  want(name: string, at: number): void;
  wantedAt(name: string): number;
  /** Gone at once, with all that is in it, also where this is cut off. */
  remove(name: string): void;
}

export function folderPlace(folder: string): BackupPlace {
  const pathOf = (name: string) => join(folder, name);
  return {
    write(name, source) {
      const path = pathOf(name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (existsSync(path)) throw new Error('a part of a backup would be written over');
      const file = openSync(`${path}.part`, 'w', 0o600);
      try {
        for (const piece of source)
          for (let at = 0; at < piece.length;) at += writeSync(file, piece, at, piece.length - at);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.part`, path);
      syncFolder(dirname(path));
    },
    has: (name) => existsSync(pathOf(name)),
    list: (name) =>
      existsSync(pathOf(name))
        ? readdirSync(pathOf(name))
            .filter((one) => !one.endsWith('.part'))
            .sort()
        : [],
    read: (name) => bytesOf(pathOf(name)),
    want: (name, at) => utimesSync(pathOf(name), at / 1000, at / 1000),
    wantedAt: (name) => Math.round(statSync(pathOf(name)).mtimeMs),
    remove(name) {
      renameSync(pathOf(name), `${pathOf(name)}.part`);
      rmSync(`${pathOf(name)}.part`, { recursive: true });
    },
  };
}

/** From one byte of a file up to another, as far as it goes. */
export function* bytesOf(path: string, from = 0, until = Infinity): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    yield* bytesIn(file, from, until);
  } finally {
    closeSync(file);
  }
}

export function* bytesIn(file: number, from: number, until: number): Generator<Buffer> {
  for (let at = from; at < until;) {
    const piece = Buffer.alloc(Math.min(1024 * 1024, until - at));
    const count = readSync(file, piece, 0, piece.length, at);
    if (count === 0) return;
    at += count;
    yield piece.subarray(0, count);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
