/** The device's own signature: a stolen cookie alone can write nothing. */
import { base64Url, owned, utf8, type Bytes } from './bytes.ts';

/** Over the method, the path, the session's nonce and the very bytes that are sent. */
export async function signatureOf(key: CryptoKey, path: string, nonce: string, body: Bytes): Promise<string> {
  const head = utf8(`POST\n${path}\n${nonce}\n`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  return base64Url(new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, owned(signed))));
}
