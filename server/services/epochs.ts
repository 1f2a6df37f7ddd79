/**
 * Which history this is. A cursor tells under which its device saw what it saw; one whose mark is not in the feed tells
 * that the database was replaced under a server that did not notice, and a new history begins at once.
 */
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import type { Ports } from '#server/ports.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import { feedHead, type FeedHead } from '#server/storage/feed.ts';
import type { Storage } from '#server/storage/database.ts';
import type { CursorCipher } from './cursor.ts';
import { beginNewHistory } from './new-history.ts';

export interface Epochs {
  /** Whether a backup was ever put back: only then anything of what follows can be so. */
  isRestored(authorityId: string): Promise<boolean>;
  /** What the owner of this cursor has seen may not be there any more. */
  isPast(authorityId: string, cursor: Cursor): Promise<boolean>;
  /** Begins a new history, once however many notice it at the same time. */
  replaced(): Promise<void>;
}

/** Thrown where a cursor shows it, in the middle of reading. */
export class HistoryReplaced extends Error {}

export function watchEpochs({
  storage,
  ports,
  cursors,
  place,
}: {
  storage: Storage;
  ports: Ports;
  cursors: CursorCipher;
  place: SecondPlace;
}): Epochs {
  const known = new Map<string, { readonly head: FeedHead | undefined; readonly at: number }>();
  let beginning: Promise<void> | undefined;

  const headOf = async (authorityId: string): Promise<FeedHead | undefined> => {
    const before = known.get(authorityId);
    // Another process over the same database may have begun a new one.
    if (before !== undefined && Math.abs(ports.now() - before.at) < lookAgainMs) return before.head;
    const head = await feedHead(storage.db, authorityId);
    known.set(authorityId, { head, at: ports.now() });
    return head;
  };
  const isRestored = async (authorityId: string) => ((await headOf(authorityId))?.restored_at ?? null) !== null;
  return {
    isRestored,
    async isPast(authorityId, cursor) {
      if (!(await isRestored(authorityId))) return false;
      return cursor === null || cursors.open(cursor).epoch !== (await headOf(authorityId))?.epoch;
    },
    async replaced() {
      beginning ??= beginNewHistory(storage, place, ports, true).finally(() => {
        beginning = undefined;
        known.clear();
      });
      await beginning;
    },
  };
}
const lookAgainMs = 1_000;
