/**
 * A cursor says how far a device has folded the feed in. To the device it is 22 letters that it can only send back: one
 * AES block over the epoch, the sequence and the random mark of that commit, so it tells nothing of how much happened
 * elsewhere, and a history that was replaced shows itself even when it has grown past the cursor again.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { Cursor } from '#sync/protocol/push.ts';
import { deriveKey } from './keys.ts';

export interface Position {
  readonly epoch: number;
  readonly seq: number;
  readonly mark: number;
  /** In the middle of a first list: what was received up to this second is told, and the rest as of `seq` is not. */
  readonly listedTo?: number;
}

export interface CursorCipher {
  seal(position: Position): NonNullable<Cursor>;
  /** Whatever comes back is only a claim: it counts if the feed has that mark at that place. */
  open(cursor: NonNullable<Cursor>): Position;
  /** A name for one history, by which a device notices another one; nothing follows from it. */
  historyOf(epoch: number): string;
}

export function cursorCipher(secret: string): CursorCipher {
  const key = createSecretKey(deriveKey(secret, 'cursor/v1', 16));
  const historyKey = createSecretKey(deriveKey(secret, 'history/v1'));
  // Block by block and without padding, so one of each serves for all: nothing is kept from one block to the next.
  const sealing = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const opening = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return {
    historyOf: (epoch) => createHmac('sha256', historyKey).update(String(epoch)).digest('base64url').slice(0, 12),
    seal({ epoch, seq, mark, listedTo }) {
      const block = Buffer.alloc(16);
      block.writeUInt32BE(epoch, 0);
      if (listedTo !== undefined) {
        block.writeUInt8(inList, 4);
        block.writeUInt32BE(seq, 5);
        block.writeUInt32BE(listedTo, 9);
        block.writeUIntBE(mark % shortMark, 13, 3);
        return sealing.update(block).toString('base64url');
      }
      block.writeUIntBE(seq, 4, 6);
      block.writeUIntBE(mark, 10, 6);
      return sealing.update(block).toString('base64url');
    },
    open(cursor) {
      const block = opening.update(Buffer.from(cursor, 'base64url'));
      const epoch = block.readUInt32BE(0);
      return block.readUInt8(4) === inList
        ? { epoch, seq: block.readUInt32BE(5), mark: block.readUIntBE(13, 3), listedTo: block.readUInt32BE(9) }
        : { epoch, seq: block.readUIntBE(4, 6), mark: block.readUIntBE(10, 6) };
    },
  };
}
/** Stands where no sequence reaches, and leaves 32 bits for it: more commits than an authority makes in a century. */
const inList = 0x80;
/** Of a mark only this much has room beside the second. */
const shortMark = 2 ** 24;

export const isSameMark = ({ mark, listedTo }: Position, stands: number | undefined): boolean =>
  stands !== undefined && (listedTo === undefined ? mark === stands : mark === stands % shortMark);
