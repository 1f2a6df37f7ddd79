/** The sealed bytes of kept files, in pieces of 1 MiB. A file's record says how many there are and under which key. */
import type { AccountDatabase } from './account-database.ts';
import type { Vault } from './vault.ts';

export const pieceBytes = 1024 * 1024;
/** A last short piece is filled up to this: what lies here tells no exact sizes. */
const roundedTo = 4 * 1024;

/** What names the pieces of one file: where they lie, and what they are sealed under. */
export interface PiecesOf {
  readonly id: string;
  readonly ref: string;
  readonly key: string;
  readonly sizeBytes: number;
}
export interface FilePieces {
  put(file: PiecesOf, index: number, bytes: Uint8Array): Promise<void>;
  /** Undefined when it is missing or damaged. */
  read(file: PiecesOf, index: number): Promise<Uint8Array | undefined>;
  remove(ref: string): Promise<void>;
  /** The refs of all files that have pieces here. */
  refs(): Promise<string[]>;
}

export const piecesIn = ({ sizeBytes }: Pick<PiecesOf, 'sizeBytes'>): number => Math.ceil(sizeBytes / pieceBytes);

/** `access` opens a handle again that the browser closed. */
export function filePieces(
  database: AccountDatabase,
  vault: Vault,
  access: <T>(work: () => Promise<T>) => Promise<T>,
): FilePieces {
  const keyOf = (ref: string, index: number) => `${ref}.${String(index)}`;
  const sizeOf = ({ sizeBytes }: PiecesOf, index: number) => Math.min(pieceBytes, sizeBytes - index * pieceBytes);
  const named = (file: PiecesOf, index: number) => ({
    file: file.id,
    key: file.key,
    index,
    isLast: index === piecesIn(file) - 1,
  });
  return {
    async put(file, index, bytes) {
      if (bytes.length !== sizeOf(file, index)) throw new Error('a piece of a file has another size than its place');
      const padded = new Uint8Array(Math.ceil(bytes.length / roundedTo) * roundedTo);
      padded.set(bytes);
      const sealed = await vault.sealPiece({ ...named(file, index), bytes: padded });
      await access(async () => {
        await database.pieces.put({ key: keyOf(file.ref, index), file: file.ref, bytes: sealed });
      });
    },
    async read(file, index) {
      const row = await access(() => database.pieces.get(keyOf(file.ref, index)));
      const opened = row && (await vault.openPiece({ ...named(file, index), bytes: row.bytes }));
      return opened?.subarray(0, sizeOf(file, index));
    },
    remove: (ref) =>
      access(async () => {
        await database.pieces.where('file').equals(ref).delete();
      }),
    refs: () => access(async () => (await database.pieces.orderBy('file').uniqueKeys()) as string[]),
  };
}
