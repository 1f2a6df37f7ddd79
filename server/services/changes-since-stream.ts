/**
 * The event stream of one device: what there is at once, then each change as it commits, and who else writes where this
 * device does. It carries the same frames as the reply, by the same function. Session and rights are read again before
 * each line, and the stream ends with them.
 */
import type { Kysely } from 'kysely';
import type { StreamLine } from '#sync/protocol/changes.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import type { Tables } from '#server/storage/schema.ts';
import { readFrame } from './changes-since.ts';
import { hereFor } from './presence-here.ts';
import type { SessionFacts } from './session-facts.ts';
import { rolesInSession } from './sessions.ts';
import type { Sync } from './sync.ts';
import { readerOf, type Reader } from './viewer.ts';

type Db = Kysely<Tables>;

export interface StreamEnd {
  /** True as soon as nobody reads any more. */
  readonly isClosed: () => boolean;
  /** Calls back once when the reader goes away. */
  onClose(then: () => void): void;
}

export async function* changesStream(
  sync: Sync,
  session: SessionFacts,
  cursor: Cursor,
  end: StreamEnd,
  byPage = true,
): AsyncGenerator<StreamLine> {
  const { listeners, presence, ports } = sync;
  const bell = makeBell();
  if (session.deviceId === undefined) return;
  let reader = readerOf(session, session.deviceId);
  const stops = [
    listeners.listen(session.authorityId, { reader: () => reader, heard: () => bell.ring('commit') }),
    presence.listen(session.deviceId, () => bell.ring('presence')),
  ];
  end.onClose(() => bell.ring('commit'));
  let at = cursor;
  let reached = 0;
  let rung: Rung = { commit: true, presence: false, beat: false };
  let isFirst = true;
  let here = '[]';
  try {
    for (;;) {
      // Those who wait to hear that their words are safe come before those who are told of them.
      await sync.commits.quiet();
      let isMore = false;
      if (rung.commit || rung.beat) {
        const readerIn = (db: Db) => readerNow(db, session, ports.now());
        const read = await readFrame(sync, readerIn, { cursor: at, byPage, readTo: reached });
        if (read === undefined || end.isClosed()) return;
        ({ reader, reached } = read);
        if (
          isFirst ||
          read.frame.changes.length > 0 ||
          read.frame.listed !== undefined ||
          read.frame.manifest !== undefined ||
          read.frame.to !== at
        ) {
          bell.beatLater();
          yield { frame: read.frame };
          at = read.frame.to;
        }
        isFirst = false;
        isMore = read.frame.more;
      } else {
        const current = await readerNow(sync.storage.db, session, ports.now());
        if (current === undefined || end.isClosed()) return;
        reader = current;
      }
      const now = await hereFor(sync, reader);
      if (JSON.stringify(now) !== here) {
        here = JSON.stringify(now);
        bell.beatLater();
        yield { here: now };
      }
      if (isMore) continue;
      rung = await bell.heard();
      if (end.isClosed()) return;
      if (!rung.beat) continue;
      bell.beatLater();
      yield { beat: ports.now() };
    }
  } finally {
    bell.still();
    stops.forEach((stop) => stop());
  }
}

export const heartbeatMs = 20_000;

/** Who reads, by what stands in the database at this moment; undefined when the session is over. */
async function readerNow(db: Db, session: SessionFacts, now: number): Promise<Reader | undefined> {
  const roles = await rolesInSession(db, session.tokenHash, now);
  return roles && session.deviceId && readerOf({ ...session, roles }, session.deviceId);
}

interface Rung {
  readonly commit: boolean;
  readonly presence: boolean;
  /** Nothing was said for as long as a line may be silent. */
  readonly beat: boolean;
}
const silent: Rung = { commit: false, presence: false, beat: false };

/**
 * Rung before it is waited for, it is heard at once: no commit falls between two looks. The beat keeps its own time,
 * from the last line on: a commit or a coming that is not for this person must not show in its delay.
 */
function makeBell() {
  let rung = silent;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const ring = (what: keyof Rung) => {
    rung = { ...rung, [what]: true };
    wake?.();
  };
  return {
    ring,
    beatLater() {
      clearTimeout(timer);
      timer = setTimeout(() => ring('beat'), heartbeatMs);
    },
    still: () => clearTimeout(timer),
    async heard(): Promise<Rung> {
      if (rung === silent) await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
      const was = rung;
      rung = silent;
      return was;
    },
  };
}
