/**
 * When the disk is full, read-only or broken, nothing was written and nobody did anything wrong: that is no bug but a
 * state of the machine, which passes. Whoever asked is told to come again, and their words wait where they are.
 */
export type DiskState = 'disk-full' | 'disk-read-only' | 'disk-fault' | 'disk-busy';

export class StorageUnavailable extends Error {
  readonly code: DiskState;

  constructor(code: DiskState, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** The state of the disk that an error of SQLite or of the file system tells of; undefined for any other error. */
export function diskStateIn(error: unknown): DiskState | undefined {
  if (error instanceof StorageUnavailable) return error.code;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return states.find(([pattern]) => pattern.test(code))?.[1];
}

/** A file that may not grow any further is a full disk by another name. */
const states: readonly (readonly [RegExp, DiskState])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)$/, 'disk-full'],
  [/^(SQLITE_READONLY.*|EROFS)$/, 'disk-read-only'],
  [/^SQLITE_BUSY/, 'disk-busy'],
  [/^(SQLITE_IOERR.*|SQLITE_CANTOPEN.*|EIO)$/, 'disk-fault'],
];

export function asUnavailable(error: unknown): unknown {
  const state = diskStateIn(error);
  return state === undefined ? error : new StorageUnavailable(state, error);
}
