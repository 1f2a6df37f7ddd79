/** Bytes as WebCrypto and the wire want them. */
import { base64OfBytes } from '#sync/model/base64.ts';

/** WebCrypto takes no view of shared memory; none of ours is, and the compiler wants to hear it. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const textOfUtf8 = (bytes: BufferSource): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
export const owned = (bytes: Uint8Array): Bytes =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes);

export const base64Url = (bytes: Uint8Array): string =>
  base64OfBytes(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
