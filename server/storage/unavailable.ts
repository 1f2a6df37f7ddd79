/**
 * When the disk is full, read-only or broken, or the database is not there, nobody did anything wrong: that is no bug but
 * a state of the machine, which passes. Nothing was written, unless the line broke at the very moment of the commit. Whoever asked is told to come again, and their words wait where they are.
 */
export type DiskState =
  'disk-full' | 'disk-read-only' | 'disk-fault' | 'disk-busy' | 'database-away' | 'database-newer';

export class StorageUnavailable extends Error {
  readonly code: DiskState;

  constructor(code: DiskState, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** The state that an error of SQLite, of PostgreSQL (five letters) or of the file system tells of; undefined for any other error. */
export function diskStateIn(error: unknown): DiskState | undefined {
  if (error instanceof StorageUnavailable) return error.code;
  // A server that is stopping has closed its database already: whoever asked it comes to the next one.
  if (error instanceof Error && error.message === 'driver has already been destroyed') return 'database-away';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return states.find(([pattern]) => pattern.test(code))?.[1];
}

/** A file that may not grow any further is a full disk by another name. */
const states: readonly (readonly [RegExp, DiskState])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG|53100)$/, 'disk-full'],
  [/^(SQLITE_READONLY.*|EROFS|25006)$/, 'disk-read-only'],
  // Locked, or no room for one more connection.
  [/^(SQLITE_BUSY.*|55P03|53300)$/, 'disk-busy'],
  [/^(SQLITE_IOERR.*|SQLITE_CANTOPEN.*|EIO|58030|XX00[12])$/, 'disk-fault'],
  // Going down or coming up, or not letting us in; refused, reset or unknown on the way there.
  [/^(08...|57P0.|25P03|28...|3D000|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)$/, 'database-away'],
];

export function asUnavailable(error: unknown): unknown {
  const state = diskStateIn(error);
  return state === undefined ? error : new StorageUnavailable(state, error);
}
