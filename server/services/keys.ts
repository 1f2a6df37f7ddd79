/** Every key of the server, derived from its one secret: each purpose has its own, so none can be used for another. */
import { createHmac, createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

export interface Keys {
  /** For what people type as a code. */
  readonly code: Buffer;
  /** For names of accounts and phones in counters, which must not be readable. */
  readonly account: Buffer;
  /** Seals the values of a message until it was sent. */
  readonly message: Buffer;
  /** For names of people in the log. */
  readonly log: Buffer;
  /** Wraps the key that each stored file has of its own. */
  readonly files: Buffer;
  /** Goes into the hash of what was sent, so that nobody can try guesses against it. */
  readonly snapshot: Buffer;
}

export const makeKeys = (secret: string): Keys => ({
  code: deriveKey(secret, 'code/v1'),
  account: deriveKey(secret, 'account/v1'),
  message: deriveKey(secret, 'message/v1'),
  log: deriveKey(secret, 'log/v1'),
  files: deriveKey(secret, 'files/v1'),
  snapshot: deriveKey(secret, 'snapshot/v1'),
});

export function deriveKey(secret: string, purpose: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'ehc-hub', purpose, length));
}

/** `seed`: 32 secret bytes. */
export const ed25519Of = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: 'der', type: 'pkcs8' });
/** What stands before the secret bytes in the file format of such keys. */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Parts are told apart by their lengths, so that no two lists of parts look alike. */
export function hmac(key: Buffer, ...parts: string[]): string {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(`${String(Buffer.byteLength(part))}:`).update(part);
  return mac.digest('base64url');
}
