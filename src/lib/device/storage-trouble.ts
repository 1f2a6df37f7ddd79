/** When the browser's own storage fails: what it means for the words, in the device's terms. */
import type { Done } from './result.ts';

export type TroubleReason = 'storage-full' | 'storage-closed' | 'locked';

export class StorageTrouble extends Error {
  readonly reason: TroubleReason;
  constructor(reason: TroubleReason) {
    super(`the device store could not be used: ${reason}`);
    this.reason = reason;
  }
}

/** Dexie wraps what the browser threw; the browser's own name stands in `inner`. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  for (let at: unknown = error; at instanceof Error && names.length < 5; at = (at as { inner?: unknown }).inner)
    names.push(at.name);
  return names;
}

const gone = new Set([
  'DatabaseClosedError',
  'InvalidStateError',
  'UnknownError',
  'OpenFailedError',
  'TransactionInactiveError',
  'AbortError',
  'MissingAPIError',
  'SecurityError',
  'PrematureCommitError',
]);

export function troubleOf(error: unknown): StorageTrouble | undefined {
  if (error instanceof StorageTrouble) return error;
  const names = namesOf(error);
  if (names.includes('QuotaExceededError')) return new StorageTrouble('storage-full');
  if (names.some((name) => gone.has(name))) return new StorageTrouble('storage-closed');
  return undefined;
}

/** A failure of storage as a value; anything else is a bug and goes on being thrown. */
export function troubleAsResult(error: unknown): Extract<Done, { ok: false }> {
  const trouble = troubleOf(error);
  if (trouble === undefined) throw error;
  return { ok: false, reason: trouble.reason };
}
