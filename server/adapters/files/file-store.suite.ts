/** What every place for files must do. `open` gives one whose contents outlive being opened again. */
import { expect, test } from 'vitest';
import type { FileStore } from './file-store.ts';

export function fileStoreSuite(open: () => Promise<FileStore>): void {
  const name = '0123456789abcdef0123456789abcdef';
  const other = 'fedcba9876543210fedcba9876543210';

  test('a file that was never written has no bytes, and can be removed', async () => {
    const store = await open();
    expect(await store.length(name)).toBe(0);
    await store.remove(name);
  });

  test('what was added in parts of any size is read whole, also after it was opened again', async () => {
    const whole = bytesOf(300_000);
    let at = 0;
    for (const size of [1, 65_535, 65_536, 70_000, 300_000]) {
      const part = whole.subarray(at, at + size);
      at += part.length;
      expect(await (await open()).append(name, inPiecesOf(7_001, part))).toBe(at);
      expect(await (await open()).length(name)).toBe(at);
    }
    expect(await collect((await open()).read(name))).toEqual(Buffer.from(whole));
  });

  test('it is read from any byte on', async () => {
    const store = await open();
    const whole = bytesOf(140_000);
    await store.append(name, inPiecesOf(50_000, whole));
    for (const from of [0, 1, 65_535, 65_536, 131_072, 139_999, 140_000])
      expect(await collect(store.read(name, from))).toEqual(Buffer.from(whole.subarray(from)));
  });

  test('a source that breaks off leaves what came before, and says so', async () => {
    const store = await open();
    const whole = bytesOf(100_000);
    await expect(store.append(name, breakingOff(inPiecesOf(10_000, whole.subarray(0, 80_000))))).rejects.toThrow('cut');
    expect(await store.length(name)).toBe(80_000);
    await store.append(name, inPiecesOf(10_000, whole.subarray(80_000)));
    expect(await collect(store.read(name))).toEqual(Buffer.from(whole));
  });

  test('two files do not touch each other, and a removed one is gone', async () => {
    const store = await open();
    await store.append(name, inPiecesOf(10, bytesOf(20)));
    await store.append(other, inPiecesOf(10, bytesOf(30)));
    await store.remove(name);
    expect(await store.length(name)).toBe(0);
    await expect(collect(store.read(name))).rejects.toThrow();
    expect(await store.length(other)).toBe(30);
  });
}

export const bytesOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => (at * 31 + (at >> 8)) & 255);

export async function* inPiecesOf(size: number, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function* breakingOff(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
  throw new Error('cut off');
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
