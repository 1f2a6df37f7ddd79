/**
 * From the bytes that travelled to what they say: signed by the session's own device over these very bytes, unpacked
 * within a hard limit, of a version that is served. Nothing of it is looked at before all of that holds.
 */
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { isSignedByDevice } from './device-signature.ts';
import type { SessionFacts } from './session-facts.ts';

const inflate = promisify(gunzip);
/** What is small is unpacked sooner than another thread could be asked to. */
const smallBytes = 16 * 1024;

export interface SignedBytes {
  readonly path: string;
  readonly body: Uint8Array;
  readonly isGzip: boolean;
  readonly device: string | undefined;
  readonly signature: string | undefined;
  /** Of JSON, when unpacked. */
  readonly bytesMax: number;
}
export type SignedRead =
  /** `json` is undefined for what is no JSON, or too much of it. */
  | { readonly ok: true; readonly json: unknown; readonly bytes: number }
  | { readonly ok: false; readonly reason: 'device-unknown' | 'signature-wrong' | 'app-too-old' | 'newer-app' };

export async function readSigned(
  session: SessionFacts,
  { path, body, isGzip, device: name, signature, bytesMax }: SignedBytes,
): Promise<SignedRead> {
  // The session is bound to its device, which was this person's then; with a device that was revoked it is over.
  const { deviceId, deviceKey: publicKey } = session;
  if (name === undefined || name !== deviceId || publicKey === undefined)
    return { ok: false, reason: 'device-unknown' };
  const isSigned =
    signature !== undefined &&
    isSignedByDevice({ publicKey, method: 'POST', path, nonce: session.nonce, body, signature });
  if (!isSigned) return { ok: false, reason: 'signature-wrong' };
  const bytes = isGzip ? await inflated(body, bytesMax) : body;
  const json = jsonOf(bytes);
  const version = versionOf(json);
  if (version !== undefined && version < oldestProtocolVersion) return { ok: false, reason: 'app-too-old' };
  if (version !== undefined && version > protocolVersion) return { ok: false, reason: 'newer-app' };
  return { ok: true, json, bytes: bytes?.byteLength ?? 0 };
}

/** The limit holds while it is unpacked: a small bomb never becomes a large one in memory. */
async function inflated(body: Uint8Array, maxOutputLength: number): Promise<Uint8Array | undefined> {
  try {
    return body.byteLength <= smallBytes
      ? gunzipSync(body, { maxOutputLength })
      : await inflate(body, { maxOutputLength });
  } catch (error) {
    // Node says «too large» and «no gzip» by errors with a code; anything else is a bug.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const versionOf = (json: unknown): number | undefined =>
  typeof json === 'object' && json !== null && 'v' in json && typeof json.v === 'number' ? json.v : undefined;
