/**
 * How a file lies on the disk: a key of its own, wrapped under the server's, then pieces of 64 KiB, each sealed by itself.
 * A piece is bound to its file and its place, so that none can be moved, swapped or altered without a read that fails.
 * Where a piece begins follows from its number, so a file is continued without reading what lies there.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomBytes } from '#sync/model/ids.ts';

export const pieceBytes = 64 * 1024;
const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
export const sealedPieceBytes = pieceBytes + ivBytes + tagBytes;
const mark = Buffer.from('EHCF\u0001', 'latin1');
export const headerBytes = mark.length + ivBytes + keyBytes + tagBytes;

export interface Sealer {
  /** A key of its own for a new file, and the header that holds it wrapped. */
  begin(name: string): { readonly header: Buffer; readonly key: Buffer };
  /** Throws for a header that is not of this file and this server. */
  keyIn(name: string, header: Buffer): Buffer;
  seal(key: Buffer, name: string, index: number, piece: Uint8Array): Buffer;
  open(key: Buffer, name: string, index: number, sealed: Uint8Array): Buffer;
}

export function sealer(serverKey: Buffer, random: RandomBytes): Sealer {
  const close = (key: Buffer, bound: string, plain: Uint8Array): Buffer => {
    const iv = Buffer.from(random(ivBytes));
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const uncover = (key: Buffer, bound: string, sealed: Uint8Array): Buffer => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < ivBytes + tagBytes) throw new Error('a sealed piece is too short');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(bound)).setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
  };
  return {
    begin(name) {
      const key = Buffer.from(random(keyBytes));
      return { key, header: Buffer.concat([mark, close(serverKey, `key|${name}`, key)]) };
    },
    keyIn(name, header) {
      if (!header.subarray(0, mark.length).equals(mark)) throw new Error('a stored file does not begin as one');
      return uncover(serverKey, `key|${name}`, header.subarray(mark.length));
    },
    seal: (key, name, index, piece) => close(key, `${name}|${String(index)}`, piece),
    open: (key, name, index, sealed) => uncover(key, `${name}|${String(index)}`, sealed),
  };
}

/** Where a file of this length on the disk stands: its whole pieces, and the bytes of a last short one. */
export function piecesIn(fileBytes: number): { readonly whole: number; readonly rest: number } {
  const body = Math.max(0, fileBytes - headerBytes);
  return { whole: Math.floor(body / sealedPieceBytes), rest: body % sealedPieceBytes };
}
export const placeOfPiece = (index: number): number => headerBytes + index * sealedPieceBytes;
