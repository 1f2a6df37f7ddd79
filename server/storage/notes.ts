/**
 * What must be known even where the database was put back to an earlier state: written beside it at every commit, in a
 * second place that no restore touches. Ids, counts and hashes only, never words. Whoever writes a row notes it with the
 * transaction; the storage hands the notes on when that transaction has committed, and before anyone hears of it.
 */
import { createHash } from 'node:crypto';
import type { Storage } from './database.ts';
import { asUnavailable } from './unavailable.ts';

/** A right that ended, for good: what is granted again is another row. `sessions`: all of a person until `at`. */
export type Ended = 'share' | 'membership' | 'account' | 'device' | 'session' | 'sessions';

/** The audit's chain up to one of its entries, signed. */
export interface SignedHead {
  readonly is: 'audit';
  readonly of: string;
  /** The last entry that it speaks for. */
  readonly last: number;
  readonly hash: string;
  readonly at: number;
  readonly signature: string;
}

export type Note =
  | { readonly is: 'commit'; readonly of: string; readonly seq: number; readonly mark: number; readonly epoch: number }
  /** What was accepted, by number and hash. */
  | { readonly is: 'edits'; readonly pen: string; readonly at: number; readonly taken: (readonly [number, string])[] }
  | { readonly is: 'ended'; readonly what: Ended; readonly id: string; readonly at: number }
  | { readonly is: 'sent'; readonly id: string }
  | SignedHead
  | { readonly is: 'number'; readonly of: string; readonly year: number; readonly last: number };

const notesByTx = new WeakMap<object, Note[]>();

export function note(tx: object, added: Note): void {
  const notes = notesByTx.get(tx) ?? [];
  notes.push(added);
  notesByTx.set(tx, notes);
}

/** So that an edit is known again without its words. */
export const hashOfEdit = (edit: unknown): string =>
  createHash('sha256').update(JSON.stringify(edit)).digest('base64url').slice(0, 16);

interface NotePlace {
  /** `isUrgent`: on the disk when it returns. */
  add(line: string, isUrgent: boolean): Promise<void>;
  close(): Promise<void>;
}

/** The same storage, whose writes are told to the second place before they count as done. */
export function notingStorage(storage: Storage, place: NotePlace): Storage {
  return {
    ...storage,
    async write(work, order) {
      let notes: readonly Note[] = [];
      const result = await storage.write(async (tx) => {
        const worked = await work(tx);
        notes = notesByTx.get(tx) ?? [];
        return worked;
      }, order);
      if (notes.length === 0) return result;
      try {
        // Rights that ended, numbers that were given and letters that went are on the disk before anyone hears of them.
        await place.add(
          JSON.stringify(notes),
          notes.some(({ is }) => is !== 'commit' && is !== 'edits'),
        );
      } catch (error) {
        throw asUnavailable(error);
      }
      return result;
    },
    async close() {
      await storage.close();
      await place.close();
    },
  };
}
