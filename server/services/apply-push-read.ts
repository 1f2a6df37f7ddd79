/** From the bytes that travelled to a push: signed, within its limits, of a version that is served, and read strictly. */
import { editsPerPushMax, pushBytesMax } from '#sync/protocol/limits.ts';
import { push as pushShape, type Push } from '#sync/protocol/push.ts';
import type { SessionFacts } from './session-facts.ts';
import { readSigned, type SignedBytes, type SignedRead } from './signed-request.ts';

export const syncPath = '/api/sync';

/** What a push weighs: its edits, and its bytes when unpacked. */
export interface PushSize {
  readonly edits: number;
  readonly bytes: number;
}
export type PushRead =
  | { readonly ok: true; readonly push: Push; readonly size: PushSize }
  | { readonly ok: false; readonly reason: Extract<SignedRead, { ok: false }>['reason'] | 'unreadable' };

export async function readPush(
  session: SessionFacts,
  bytes: Omit<SignedBytes, 'path' | 'bytesMax'>,
): Promise<PushRead> {
  const read = await readSigned(session, { ...bytes, path: syncPath, bytesMax: pushBytesMax });
  if (!read.ok) return read;
  const parsed = pushShape.safeParse(read.json);
  if (!parsed.success || editsIn(parsed.data) > editsPerPushMax) return { ok: false, reason: 'unreadable' };
  return { ok: true, push: parsed.data, size: { edits: editsIn(parsed.data), bytes: read.bytes } };
}

const editsIn = (push: Push): number => push.runs.reduce((sum, run) => sum + run.edits.length, 0);
