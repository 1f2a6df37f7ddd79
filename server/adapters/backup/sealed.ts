/**
 * How a backup is sealed: to a public key, so that nothing on the server can open it. A key of its own for each object
 * (X25519 with a key made for it, HKDF-SHA-256), then pieces of 64 KiB under AES-256-GCM, numbered, and the last one
 * marked: the STREAM construction, as the program age has it. None can be cut off, moved or altered without notice.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const pieceBytes = 64 * 1024;
const tagBytes = 16;
const keyBytes = 32;
const mark = Buffer.from('EHCB\u0001', 'latin1');
const publicName = 'ehc-backup-public-';
const privateName = 'ehc-backup-private-';

export interface BackupKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}
export function makeBackupKeys(): BackupKeys {
  const pair = generateKeyPairSync('x25519');
  return {
    publicKey: publicName + rawOf(pair.publicKey).toString('base64url'),
    privateKey: privateName + pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
  };
}
export const publicKeyPattern = /^ehc-backup-public-[A-Za-z0-9_-]{43}$/;

/** Undefined for what is no private key of a backup. */
export function readPrivateKey(text: string): KeyObject | undefined {
  const [, encoded] = /^ehc-backup-private-([A-Za-z0-9_-]+)$/.exec(text.trim()) ?? [];
  if (encoded === undefined) return undefined;
  return createPrivateKey({ key: Buffer.from(encoded, 'base64url'), format: 'der', type: 'pkcs8' });
}

export function* seal(publicKey: string, source: Iterable<Buffer>): Generator<Buffer> {
  const recipient = publicOf(Buffer.from(publicKey.slice(publicName.length), 'base64url'));
  const own = generateKeyPairSync('x25519');
  const header = Buffer.concat([mark, rawOf(own.publicKey)]);
  const key = keyFor(own.privateKey, recipient, rawOf(own.publicKey), rawOf(recipient));
  yield header;
  let number = 0;
  let last: Buffer | undefined;
  for (const piece of inPieces(source)) {
    if (last !== undefined) yield closed(key, number++, false, last);
    last = piece;
  }
  yield closed(key, number, true, last ?? Buffer.alloc(0));
}

/** Throws for what was not sealed to this key, or did not stay as it was. */
export function* unseal(privateKey: KeyObject, source: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  let key: Buffer | undefined;
  let number = 0;
  for (const part of source) {
    waiting = Buffer.concat([waiting, part]);
    if (key === undefined && waiting.length >= mark.length + keyBytes) {
      if (!waiting.subarray(0, mark.length).equals(mark)) throw new Error('this is no part of a backup');
      const sender = waiting.subarray(mark.length, mark.length + keyBytes);
      key = keyFor(privateKey, publicOf(sender), sender, rawOf(createPublicKey(privateKey)));
      waiting = waiting.subarray(mark.length + keyBytes);
    }
    // What may be the last piece waits until something comes behind it.
    while (key !== undefined && waiting.length > pieceBytes + tagBytes) {
      yield opened(key, number++, false, waiting.subarray(0, pieceBytes + tagBytes));
      waiting = waiting.subarray(pieceBytes + tagBytes);
    }
  }
  if (key === undefined) throw new Error('a part of the backup is cut off');
  yield opened(key, number, true, waiting);
}

function closed(key: Buffer, number: number, isLast: boolean, piece: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(number, isLast));
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

function opened(key: Buffer, number: number, isLast: boolean, sealed: Buffer): Buffer {
  if (sealed.length < tagBytes) throw new Error('a part of the backup is cut off');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(number, isLast)).setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
}

/** The key is of this one object, so counting is enough. */
function nonce(number: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(number, 5, 6);
  bytes[11] = isLast ? 1 : 0;
  return bytes;
}

const keyFor = (privateKey: KeyObject, publicKey: KeyObject, sender: Buffer, recipient: Buffer): Buffer =>
  Buffer.from(
    hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), Buffer.concat([sender, recipient]), 'backup/v1', 32),
  );

/** What stands before the 32 bytes in the file format of such keys. */
const spkiX25519 = Buffer.from('302a300506032b656e032100', 'hex');
const publicOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiX25519, raw]), format: 'der', type: 'spki' });
const rawOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(spkiX25519.length);

function* inPieces(source: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  for (const part of source) {
    waiting = Buffer.concat([waiting, part]);
    for (; waiting.length >= pieceBytes; waiting = waiting.subarray(pieceBytes)) yield waiting.subarray(0, pieceBytes);
  }
  if (waiting.length > 0) yield waiting;
}
