/**
 * What a backup need not keep any more. A generation is one whole copy and the steps after it; it goes when the next whole
 * one is older than the days that are kept, so every moment of those days can be restored, and the newest whole one
 * never goes. A file goes with the last generation that wanted it.
 */
import type { BackupPlace } from './place.ts';

export const keepDaysUsually = 35;
const dayMs = 24 * 60 * 60_000;

export interface Generation {
  readonly name: string;
  /** The moments of its first and its last step. */
  readonly from: number;
  readonly until: number;
}

/** Oldest first. What was broken off before its first step is none: there is nothing to restore. */
export function wholeGenerations(place: BackupPlace): Generation[] {
  return begun(place).flatMap((name) => {
    const steps = place.list(name).filter((one) => one !== 'base');
    const [first, last] = [steps[0], steps.at(-1)];
    return first === undefined || last === undefined ? [] : [{ name, from: momentOf(first), until: momentOf(last) }];
  });
}
/** Also those that were broken off; whatever else lies in the place is none of ours. */
const begun = (place: BackupPlace): string[] =>
  place.list('').filter((name) => /^\d{4}-\d\d-\d\dT[\d.-]+Z-[\da-f]{8}$/.test(name));
export const momentOf = (step: string): number => Number(step.split('-')[1]);

/** Asked when a whole copy has just been made. Answers with the first moment that can still be restored. */
export function forgetOldGenerations(place: BackupPlace, keepDays: number, now: number): number {
  const all = wholeGenerations(place);
  const before = now - keepDays * dayMs;
  const needed = Math.max(
    0,
    all.findLastIndex(({ from }) => from <= before),
  );
  // A clock that leapt forward must not empty the place: whoever was away that long is told so by the next day's copy.
  const hasLeapt = all.length > 1 && (all.at(-2)?.until ?? 0) < before;
  if (needed === 0 || hasLeapt) return all[0]?.from ?? now;
  const first = all[needed]?.name ?? '';
  for (const name of begun(place)) if (name < first) place.remove(name);
  // A generation begins with its whole copy, and wants its first files only after that.
  const since = beginOf(first);
  for (const name of place.list('files')) if (place.wantedAt(`files/${name}`) < since) place.remove(`files/${name}`);
  return all[needed]?.from ?? now;
}

/** When its whole copy was begun: the name says it. */
function beginOf(name: string): number {
  const [day = '', time = ''] = name.split('T');
  return Date.parse(`${day}T${time.slice(0, 12).replaceAll('-', ':')}Z`);
}
