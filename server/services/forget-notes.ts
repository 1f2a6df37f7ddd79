/**
 * What need not be known any more beside the database: which edits were accepted and which letters went before the first
 * moment that a backup can be restored to, and longer ago than devices offer anything again. Rights that ended for good
 * and numbers that were given stay: somebody may put back an older copy that was kept elsewhere. What was signed of the
 * audit stays too: it is what the audit is held against.
 */
import type { BackedUp } from '#server/adapters/backup/backed-up.ts';
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import type { Ports } from '#server/ports.ts';
import type { Ended, Note } from '#server/storage/notes.ts';

/** As long as devices keep what they wrote. */
const keptMs = 35 * 24 * 60 * 60_000;
/** No session lives that long. */
const endsByItself: ReadonlySet<Ended> = new Set(['session', 'sessions']);

/** Asked often; it does something when the backup has let go of what was restorable before. */
export function forgetOldNotes(place: SecondPlace, ports: Ports): (said: BackedUp | undefined) => Promise<void> {
  let since = 0;
  return async (said) => {
    if (said === undefined || said.since <= since) return;
    since = said.since;
    await place.compact(Math.min(said.since, ports.now() - keptMs), keptOf);
  };
}

function keptOf(line: string): string | undefined {
  const kept = (JSON.parse(line) as Note[]).filter(
    (one) => one.is === 'number' || one.is === 'audit' || (one.is === 'ended' && !endsByItself.has(one.what)),
  );
  return kept.length === 0 ? undefined : JSON.stringify(kept);
}
