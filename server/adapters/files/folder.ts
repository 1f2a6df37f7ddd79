/** Files in a folder, each sealed under a key of its own. Nobody but the server's own user can look in. */
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RandomBytes } from '#sync/model/ids.ts';
import type { FileStore } from './file-store.ts';
import { headerBytes, pieceBytes, piecesIn, placeOfPiece, sealedPieceBytes, sealer, type Sealer } from './sealing.ts';

export function folderFiles(folder: string, key: Buffer, random: RandomBytes): FileStore {
  const seal = sealer(key, random);
  const pathOf = (name: string): string => {
    if (!/^[0-9a-f]{32}$/.test(name)) throw new Error('a stored file has a name that was not made here');
    return join(folder, name.slice(0, 2), name);
  };
  const opened = async <T>(name: string, none: T, work: (file: Standing) => Promise<T>): Promise<T> => {
    const handle = await openIfThere(pathOf(name));
    if (handle === undefined) return none;
    try {
      const standing = await standingOf(handle, name, seal);
      return standing === undefined ? none : await work(standing);
    } finally {
      await handle.close();
    }
  };

  return {
    length: (name) => opened(name, 0, async ({ whole, rest }) => Promise.resolve(whole * pieceBytes + rest.length)),
    async append(name, source) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const handle = (await openIfThere(path)) ?? (await open(path, 'wx+', 0o600));
      try {
        const standing = (await standingOf(handle, name, seal)) ?? (await begin(handle, name, seal));
        const length = await addPieces(standing, name, source, seal);
        await syncFolder(dirname(path));
        return length;
      } finally {
        await handle.close();
      }
    },
    async *read(name, from = 0) {
      const handle = await open(pathOf(name), 'r');
      try {
        const { size } = await handle.stat();
        const fileKey = seal.keyIn(name, await bytesAt(handle, 0, headerBytes));
        const { whole, rest } = piecesIn(size);
        for (let index = Math.floor(from / pieceBytes); index < whole + (rest > 0 ? 1 : 0); index += 1) {
          const sealed = await bytesAt(handle, placeOfPiece(index), index < whole ? sealedPieceBytes : rest);
          const piece = seal.open(fileKey, name, index, sealed);
          yield piece.subarray(Math.max(0, from - index * pieceBytes));
        }
      } finally {
        await handle.close();
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
  };
}

/** What lies in a file as it was found: its key, its whole pieces, and what a short last one holds. */
interface Standing {
  readonly handle: FileHandle;
  readonly key: Buffer;
  readonly whole: number;
  readonly rest: Buffer;
}

/** Undefined where not even the header came to the disk. A last piece that was cut off in writing never counted. */
async function standingOf(handle: FileHandle, name: string, seal: Sealer): Promise<Standing | undefined> {
  const { size } = await handle.stat();
  if (size < headerBytes) return undefined;
  const key = seal.keyIn(name, await bytesAt(handle, 0, headerBytes));
  const { whole, rest } = piecesIn(size);
  return { handle, key, whole, rest: rest === 0 ? Buffer.alloc(0) : await lastPiece(handle, name, seal, key, size) };
}

async function lastPiece(handle: FileHandle, name: string, seal: Sealer, key: Buffer, size: number): Promise<Buffer> {
  const { whole, rest } = piecesIn(size);
  const sealed = await bytesAt(handle, placeOfPiece(whole), rest);
  try {
    return seal.open(key, name, whole, sealed);
  } catch (error) {
    // The cipher says «not whole» by an error without a class of its own.
    if (!(error instanceof Error)) throw error;
    return Buffer.alloc(0);
  }
}

async function begin(handle: FileHandle, name: string, seal: Sealer): Promise<Standing> {
  const { header, key } = seal.begin(name);
  await handle.truncate(0);
  await writeAt(handle, header, 0);
  return { handle, key, whole: 0, rest: Buffer.alloc(0) };
}

async function addPieces(
  { handle, key, whole, rest }: Standing,
  name: string,
  source: AsyncIterable<Uint8Array>,
  seal: Sealer,
): Promise<number> {
  let index = whole;
  let waiting: Uint8Array[] = [rest];
  let waitingBytes = rest.length;
  const write = async (piece: Uint8Array) => writeAt(handle, seal.seal(key, name, index, piece), placeOfPiece(index));
  try {
    for await (const part of source) {
      waiting.push(part);
      waitingBytes += part.length;
      if (waitingBytes < pieceBytes) continue;
      let all: Uint8Array = Buffer.concat(waiting);
      for (; all.length >= pieceBytes; all = all.subarray(pieceBytes)) {
        await write(all.subarray(0, pieceBytes));
        index += 1;
      }
      waiting = [all];
      waitingBytes = all.length;
    }
  } finally {
    if (waitingBytes > 0) await write(Buffer.concat(waiting));
    await handle.truncate(placeOfPiece(index) + (waitingBytes > 0 ? sealedPieceBytes - pieceBytes + waitingBytes : 0));
    await handle.datasync();
  }
  return index * pieceBytes + waitingBytes;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  return isThere ? open(path, 'r+') : undefined;
}

async function bytesAt(handle: FileHandle, at: number, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  let done = 0;
  while (done < count) {
    const { bytesRead } = await handle.read(bytes, done, count - done, at + done);
    if (bytesRead === 0) throw new Error('a stored file is shorter than it was');
    done += bytesRead;
  }
  return bytes;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

/** A new file survives a power cut only when the folder that names it is on the disk too. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
