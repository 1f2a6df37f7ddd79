import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesOf, collect, fileStoreSuite, inPiecesOf } from './file-store.suite.ts';
import { folderFiles } from './folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ehc-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = randomBytes(32);
const open = () => Promise.resolve(folderFiles(join(folder, 'files'), key, (count) => randomBytes(count)));
const name = 'a'.repeat(32);
const path = () => join(folder, 'files', 'aa', name);

fileStoreSuite(open);

describe('on the disk', () => {
  const words = Buffer.from('The canary sings in this document. '.repeat(4000));
  beforeEach(async () => {
    await (await open()).append(name, inPiecesOf(9_000, words));
  });

  test('nothing of a file can be read, and only the server’s own user may look', () => {
    expect(readdirSync(join(folder, 'files'))).toEqual(['aa']);
    expect(readFileSync(path()).includes('canary')).toBe(false);
    expect(statSync(path()).mode & 0o077).toBe(0);
  });

  test('one changed byte, or a piece put in another place, is noticed', async () => {
    const bytes = readFileSync(path());
    bytes[70_000] = (bytes[70_000] ?? 0) ^ 1;
    writeFileSync(path(), bytes);
    await expect(open().then((store) => collect(store.read(name)))).rejects.toThrow();
  });

  test('another server’s key opens nothing', async () => {
    const stranger = folderFiles(join(folder, 'files'), randomBytes(32), (count) => randomBytes(count));
    await expect(collect(stranger.read(name))).rejects.toThrow();
  });

  test('a last piece that was cut off by a power cut is sent again, and nothing before it', async () => {
    truncateSync(path(), statSync(path()).size - 5);
    const store = await open();
    const length = await store.length(name);
    expect(length).toBe(131_072);
    await store.append(name, inPiecesOf(10_000, words.subarray(length)));
    expect((await collect(store.read(name))).equals(words)).toBe(true);
  });

  test('a name that leads out of the folder is a bug, never a path', async () => {
    const store = await open();
    await expect(store.append('../secret', inPiecesOf(1, bytesOf(1)))).rejects.toThrow('not made here');
  });
});
