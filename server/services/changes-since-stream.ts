/**
 * The event stream of one device: what there is at once, then each change as it commits. It carries the same frames as
 * the reply, by the same function. Session and rights are read again before each, and the stream ends with them.
 */
import type { StreamLine } from '#sync/protocol/changes.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import { roleNamed, type RoleName } from '#sync/roles/index.ts';
import { rolesOf } from '#server/storage/people.ts';
import { readFrame } from './changes-since.ts';
import type { SessionFacts } from './session-facts.ts';
import { isSessionLive } from './sessions.ts';
import type { Sync } from './sync.ts';
import { readerOf, type Reader } from './viewer.ts';

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
): AsyncGenerator<StreamLine> {
  const { listeners, ports } = sync;
  const bell = makeBell();
  if (session.deviceId === undefined) return;
  let reader = readerOf(session, session.deviceId);
  const stop = listeners.listen(session.authorityId, { reader: () => reader, heard: bell.ring });
  end.onClose(bell.ring);
  let at = cursor;
  let reached = 0;
  let isFirst = true;
  try {
    for (;;) {
      const now = await readerNow(sync, session);
      if (now === undefined || end.isClosed()) return;
      reader = now;
      const read = await readFrame(sync, reader, at, [], reached);
      reached = read.reached;
      if (isFirst || read.frame.changes.length > 0 || read.frame.manifest !== undefined || read.frame.to !== at) {
        yield { frame: read.frame };
        at = read.frame.to;
      }
      isFirst = false;
      if (read.frame.more) continue;
      if (!(await bell.heard(heartbeatMs))) yield { beat: ports.now() };
      if (end.isClosed()) return;
    }
  } finally {
    stop();
  }
}

export const heartbeatMs = 20_000;

/** Who reads, by what stands in the database at this moment; undefined when the session is over. */
async function readerNow({ storage, ports }: Sync, session: SessionFacts): Promise<Reader | undefined> {
  if (session.deviceId === undefined || !(await isSessionLive(storage.db, session.tokenHash, ports.now())))
    return undefined;
  const names = await rolesOf(storage.db, session.authorityId, session.personId);
  return readerOf(
    { ...session, roles: names.filter((name): name is RoleName => roleNamed(name) !== undefined) },
    session.deviceId,
  );
}

/** Rung before it is waited for, it is heard at once: no commit falls between two looks. */
function makeBell() {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async heard(withinMs: number): Promise<boolean> {
      if (!isRung) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, withinMs);
        });
        clearTimeout(timer);
        wake = undefined;
      }
      const was = isRung;
      isRung = false;
      return was;
    },
  };
}
