/**
 * A long part of an answer that is packed beforehand and lies ready: the answer is then one ordinary gzip body, in which
 * it stands between what was packed just now. Each part is packed by itself and ends at a whole byte.
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';

export interface PackedText {
  readonly text: Buffer;
  /** The same by deflate, with nothing that refers to what stands before it, and no end. */
  readonly packed: Buffer;
}

/** `before` and `after` are packed here. */
export function gzipAround(before: string, parts: readonly PackedText[], after: string): Uint8Array<ArrayBuffer> {
  let sum = crc32(before);
  let size = Buffer.byteLength(before);
  for (const { text } of parts) {
    sum = crc32(text, sum);
    size += text.length;
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(after, sum), 0);
  end.writeUInt32LE((size + Buffer.byteLength(after)) % 2 ** 32, 4);
  return Buffer.concat([
    gzipHead,
    deflateRawSync(before, { level, finishFlush: constants.Z_FULL_FLUSH }),
    ...parts.map(({ packed }) => packed),
    deflateRawSync(after, { level }),
    end,
  ]);
}
/** By deflate; no name, no time, no system. */
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const level = 4;

/** As it is, for whoever cannot unpack. */
export const plainAround = (before: string, parts: readonly PackedText[], after: string): string =>
  before + parts.map(({ text }) => text.toString()).join('') + after;
