/**
 * Many who ask at the same time are answered from one moment of the database: one transaction, in which the same
 * question is put once. The other half of the group commit: after it, all its devices want to know the same things.
 */
import type { Storage } from './database.ts';
import { nextTurn } from './next-turn.ts';
import { answeringOnce } from './prepared.ts';

type Read = Storage['read'];
type Db = Parameters<Parameters<Read>[0]>[0];

/** For a database of one connection, on which readers wait for each other anyway. */
export function inMoments(read: Read): Read {
  const waiting: ((db: Db) => Promise<void>)[] = [];
  const failed: ((error: unknown) => void)[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      await nextTurn();
      const works = waiting.splice(0, momentMax);
      const fails = failed.splice(0, momentMax);
      try {
        await read(async (db) => {
          for (const work of works) await work(answeringOnce(db));
        });
      } catch (error) {
        // Those that were answered before do not hear of it.
        for (const fail of fails) fail(error);
      }
    }
    isRunning = false;
  }

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push(async (db) => {
        // What one asked for wrongly is no fault of the others.
        try {
          resolve(await work(db));
        } catch (error) {
          reject(error as Error);
        }
      });
      failed.push(reject);
      if (!isRunning) void drain();
    });
}
/** So many that the same is seldom asked twice, so few that the last does not wait long for the first. */
const momentMax = 64;
