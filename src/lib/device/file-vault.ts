/**
 * Seals files piece by piece under a key of their own. The key lies sealed beside the file and is opened only here, where
 * the data key is; each piece is bound to its file, its number, and to being the last, so that none can be moved, left
 * out or cut off unseen.
 */
import { base64OfBytes, bytesOfBase64 } from '#sync/model/base64.ts';
import type { RandomBytes } from '#sync/model/ids.ts';
import { owned, utf8, type Bytes } from './bytes.ts';

/** One piece of a file, in clear on its way in and out. */
export interface Piece {
  readonly file: string;
  /** The file's own key, sealed: as `newFileKey` gave it. */
  readonly key: string;
  readonly index: number;
  readonly isLast: boolean;
  readonly bytes: Uint8Array;
}
export interface FileVault {
  newFileKey(file: string): Promise<string>;
  sealPiece(piece: Piece): Promise<Uint8Array>;
  /** Undefined when it is not the piece that it should be. */
  openPiece(piece: Piece): Promise<Uint8Array | undefined>;
}

const ivBytes = 12;
const fileKeyBytes = 32;

export function fileVault(dataKey: CryptoKey, account: string, random: RandomBytes): FileVault {
  let wrapping: Promise<CryptoKey> | undefined;
  const wrappingKey = () =>
    (wrapping ??= crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8('file/v1') },
      dataKey,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    ));
  const boundKey = (file: string) => utf8(['file-key', 1, account, file].join('|'));
  const boundPiece = ({ file, index, isLast }: Piece) => utf8([file, index, isLast].join('|'));

  // A file is read piece after piece: its key is opened once for all of them.
  const known = new Map<string, Promise<CryptoKey>>();
  const keyOf = ({ file, key }: Piece): Promise<CryptoKey> => {
    const name = `${file}|${key}`;
    const found = known.get(name) ?? unwrap(file, key);
    if (known.size > 50) known.clear();
    known.set(name, found);
    return found;
  };
  const unwrap = async (file: string, key: string): Promise<CryptoKey> => {
    const sealed = bytesOfBase64(key);
    if (sealed === undefined) throw new Error('the key of a file is not readable');
    const raw = new Uint8Array(await decrypt(await wrappingKey(), boundKey(file), sealed));
    const imported = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
    raw.fill(0);
    return imported;
  };
  const encrypt = async (key: CryptoKey, additionalData: Bytes, plain: Uint8Array): Promise<Bytes> => {
    const iv = owned(random(ivBytes));
    const ct = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, owned(plain)));
    const sealed = new Uint8Array(ivBytes + ct.length);
    sealed.set(iv);
    sealed.set(ct, ivBytes);
    return sealed;
  };
  const decrypt = (key: CryptoKey, additionalData: Bytes, sealed: Uint8Array): Promise<ArrayBuffer> => {
    const bytes = owned(sealed);
    const iv = bytes.subarray(0, ivBytes);
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes.subarray(ivBytes));
  };

  return {
    async newFileKey(file) {
      const raw = owned(random(fileKeyBytes));
      const sealed = await encrypt(await wrappingKey(), boundKey(file), raw);
      raw.fill(0);
      return base64OfBytes(sealed);
    },
    sealPiece: async (piece) => encrypt(await keyOf(piece), boundPiece(piece), piece.bytes),
    async openPiece(piece) {
      try {
        return new Uint8Array(await decrypt(await keyOf(piece), boundPiece(piece), piece.bytes));
      } catch (error) {
        // WebCrypto says «does not open» by this error and tells no more; anything else is a bug.
        if (error instanceof DOMException && error.name === 'OperationError') return undefined;
        throw error;
      }
    },
  };
}
