/** What a device signs: the method, the path, the session's nonce and the very bytes that travel. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';

export interface SignedRequest {
  /** SPKI of an ECDSA P-256 key, base64. */
  readonly publicKey: string;
  readonly method: string;
  readonly path: string;
  readonly nonce: string;
  readonly body: Uint8Array;
  /** IEEE P1363, base64url. */
  readonly signature: string;
}

export function isSignedByDevice({ publicKey, method, path, nonce, body, signature }: SignedRequest): boolean {
  const key = known.get(publicKey) ?? readDeviceKey(publicKey);
  if (key === undefined) return false;
  if (known.size >= knownMax) known.clear();
  known.set(publicKey, key);
  const signed = Buffer.concat([Buffer.from(`${method}\n${path}\n${nonce}\n`), body]);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

/** Reading a key costs more than checking a signature with it. */
const known = new Map<string, KeyObject>();
const knownMax = 20_000;

/** Undefined for anything that is not a P-256 key: no other kind is taken. */
export function readDeviceKey(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch (error) {
    // Node has no other way to say that bytes are no key, and gives its error neither a class nor a code.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
