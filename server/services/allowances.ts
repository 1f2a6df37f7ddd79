/**
 * How often something may happen to one account or one telephone. Kept in the database, so that a restart forgives
 * nothing. Several windows stand together: who goes on for longer waits for longer.
 */
export interface Window {
  readonly count: number;
  readonly ms: number;
}
const minute = 60_000;
const hour = 60 * minute;

export const passwordWindows: readonly Window[] = [
  { count: 5, ms: 15 * minute },
  { count: 15, ms: 6 * hour },
  { count: 30, ms: 24 * hour },
];
export const codeSendWindows: readonly Window[] = [
  { count: 5, ms: hour },
  { count: 10, ms: 24 * hour },
];
/** Nothing older counts for any window. */
export const longestWindowMs = 24 * hour;

/** Milliseconds until it may happen again; 0 for now. `times` are those of earlier happenings, newest first. */
export function waitMs(times: readonly number[], windows: readonly Window[], now: number): number {
  const waits = windows.map(({ count, ms }) => {
    const decisive = times[count - 1];
    return decisive === undefined ? 0 : Math.max(0, decisive + ms - now);
  });
  return Math.max(0, ...waits);
}
