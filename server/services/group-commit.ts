/**
 * Pushes that wait at the same time share one transaction, and so one flush of the disk. None waits for company longer
 * than until everything was read that had arrived already: there is no timer. Nobody hears «saved» before the commit has
 * returned. When a group fails, each of its pushes is tried alone, so that one faulty push takes no other with it.
 */
import type { Ports } from '#server/ports.ts';
import { nextTurn } from '#server/storage/next-turn.ts';
import { lockDocuments } from '#server/storage/documents.ts';
import type { Storage } from '#server/storage/database.ts';
import type { FeedListeners } from './feed.ts';
import type { Forms } from './forms.ts';
import { openBatch, type Batch, type Commit } from './group-commit-batch.ts';

export interface GroupCommit {
  /** `work` may run twice, and only what it did in the batch that committed counts. */
  commit<T>(documents: readonly string[], work: (batch: Batch) => Promise<T>): Promise<T>;
  /** More wait than can be served soon: say so before taking another. */
  isFull(): boolean;
  /** Resolves when no commit is waited for, or after so many of them that whoever waits here must have a turn as well. */
  quiet(): Promise<void>;
}

export function groupCommit({
  storage,
  ports,
  forms,
  listeners,
}: {
  storage: Storage;
  ports: Ports;
  forms: Forms;
  listeners: FeedListeners;
}): GroupCommit {
  const queue: Job[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    while (queue.length > 0) {
      // SQLite commits without a turn of the loop: what lies in the sockets meanwhile is read here, and goes together.
      await nextTurn();
      const group = queue.splice(0, groupMax);
      if (await run(group)) continue;
      for (const job of group.length > 1 ? group : []) await run([job]);
    }
    isRunning = false;
  }

  /** False: it failed as a group, and its jobs are still to be answered. */
  async function run(group: readonly Job[]): Promise<boolean> {
    let commits: Commit[];
    const results: unknown[] = [];
    try {
      commits = await storage.write(async (tx) => {
        results.length = 0;
        await lockDocuments(tx, [...new Set(group.flatMap((job) => job.documents))].sort());
        const batch = openBatch(tx, ports, forms);
        for (const job of group) results.push(await job.work(batch));
        return batch.finish();
      }, 'side-by-side');
    } catch (error) {
      if (group.length > 1) return false;
      group.forEach((job) => job.fail(error));
      return true;
    }
    group.forEach((job, index) => job.done(results[index]));
    for (const { authorityId, concerns } of commits) listeners.tell(authorityId, concerns);
    return true;
  }

  return {
    commit: (documents, work) =>
      new Promise((resolve, reject) => {
        queue.push({
          documents,
          work,
          done: (result) => resolve(result as Awaited<ReturnType<typeof work>>),
          fail: reject,
        });
        if (!isRunning) void drain();
      }),
    isFull: () => queue.length >= queueMax,
    async quiet() {
      for (let turns = 0; isRunning && turns < quietTurnsMax; turns += 1) await nextTurn();
    },
  };
}

interface Job {
  readonly documents: readonly string[];
  readonly work: (batch: Batch) => Promise<unknown>;
  done(result: unknown): void;
  fail(error: unknown): void;
}

/** Enough to fill a flush, few enough that nobody waits long behind one. */
const groupMax = 64;
const queueMax = 1000;
/** A thousand people who come back at once; within a second or two. */
const quietTurnsMax = 16;
