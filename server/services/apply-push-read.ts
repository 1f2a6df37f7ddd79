/**
 * From the bytes that travelled to a push: signed by the session's own device over these very bytes, unpacked within a
 * hard limit, and read strictly. Nothing of what it says is looked at before all of that holds.
 */
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { editsPerPushMax, pushBytesMax } from '#sync/protocol/limits.ts';
import { push as pushShape, type Push } from '#sync/protocol/push.ts';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { deviceById } from '#server/storage/people.ts';
import { isSignedByDevice } from './device-signature.ts';
import type { SessionFacts } from './session-facts.ts';
import type { Sync } from './sync.ts';

export const syncPath = '/api/sync';
const inflate = promisify(gunzip);
const smallBytes = 16 * 1024;

export interface PushBytes {
  readonly body: Uint8Array;
  readonly isGzip: boolean;
  readonly device: string | undefined;
  readonly signature: string | undefined;
}
/** What a push weighs: its edits, and its bytes when unpacked. */
export interface PushSize {
  readonly edits: number;
  readonly bytes: number;
}
export type PushRead =
  | { readonly ok: true; readonly push: Push; readonly size: PushSize }
  | {
      readonly ok: false;
      readonly reason: 'device-unknown' | 'signature-wrong' | 'unreadable' | 'app-too-old' | 'newer-app';
    };

export async function readPush(
  { storage }: Pick<Sync, 'storage'>,
  session: SessionFacts,
  { body, isGzip, device: name, signature }: PushBytes,
): Promise<PushRead> {
  const device = name === undefined || name !== session.deviceId ? undefined : await deviceById(storage.db, name);
  if (
    device === undefined ||
    device.person_id !== session.personId ||
    device.authority_id !== session.authorityId ||
    device.revoked_at !== null
  ) {
    return { ok: false, reason: 'device-unknown' };
  }
  const isSigned =
    signature !== undefined &&
    isSignedByDevice({
      publicKey: device.public_key,
      method: 'POST',
      path: syncPath,
      nonce: session.nonce,
      body,
      signature,
    });
  if (!isSigned) return { ok: false, reason: 'signature-wrong' };
  const bytes = isGzip ? await inflated(body) : body;
  const json = jsonOf(bytes);
  const version = versionOf(json);
  if (version !== undefined && version < oldestProtocolVersion) return { ok: false, reason: 'app-too-old' };
  if (version !== undefined && version > protocolVersion) return { ok: false, reason: 'newer-app' };
  const parsed = pushShape.safeParse(json);
  if (!parsed.success || editsIn(parsed.data) > editsPerPushMax) return { ok: false, reason: 'unreadable' };
  return { ok: true, push: parsed.data, size: { edits: editsIn(parsed.data), bytes: bytes?.byteLength ?? 0 } };
}

/** The limit holds while it is unpacked: a small bomb never becomes a large one in memory. */
async function inflated(body: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    // What is small is unpacked sooner than another thread could be asked to.
    return body.byteLength <= smallBytes
      ? gunzipSync(body, { maxOutputLength: pushBytesMax })
      : await inflate(body, { maxOutputLength: pushBytesMax });
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
const editsIn = (push: Push): number => push.runs.reduce((sum, run) => sum + run.edits.length, 0);
