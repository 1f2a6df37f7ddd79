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
    seal({ epoch, seq, mark }) {
      const block = Buffer.alloc(16);
      block.writeUInt32BE(epoch, 0);
      block.writeUIntBE(seq, 4, 6);
      block.writeUIntBE(mark, 10, 6);
      return sealing.update(block).toString('base64url');
    },
    open(cursor) {
      const block = opening.update(Buffer.from(cursor, 'base64url'));
      return { epoch: block.readUInt32BE(0), seq: block.readUIntBE(4, 6), mark: block.readUIntBE(10, 6) };
    },
  };
}
