/**
 * Reads and writes sealed rows. Everything of one `change` becomes durable in one transaction or not at all, together
 * with the sealed heads of the scopes it touched, so a row that was put back to an older state is noticed.
 * WebCrypto cannot be awaited inside an IndexedDB transaction: seal first, and commit only if nobody wrote meanwhile.
 * What does not open is set aside and reported, never removed.
 */
import type { AccountDatabase, QueueState, RecordTable } from './account-database.ts';
import { filePieces, type FilePieces } from './file-pieces.ts';
import { readScope, emptyHeads, type Loaded, type ScopeWanted } from './sealed-reading.ts';
import { StorageTrouble, troubleOf } from './storage-trouble.ts';
import type { SealTask, Vault } from './vault.ts';

export interface Write {
  readonly table: RecordTable;
  readonly key: string;
  readonly scope: string;
  /** Undefined takes the row away. */
  readonly value: unknown;
  readonly docRef?: string;
  readonly seq?: number;
  readonly state?: QueueState;
}
export interface Plan<T> {
  readonly writes: readonly Write[];
  readonly value: T;
}
/** What a change may read; whatever it read must still stand when it commits. */
export interface View {
  load(scope: string, wanted: ScopeWanted): Promise<Loaded>;
  /** The next sequence number of the outbox; `load` it first. */
  sequence(): number;
}

export interface SealedStore {
  readonly account: string;
  readonly vault: Vault;
  change<T>(work: (view: View) => Promise<Plan<T>>): Promise<T>;
  read(scope: string, wanted: ScopeWanted): Promise<Loaded>;
  ref(kind: string, value: string): Promise<string>;
  /** Which scopes have rows in a table. */
  scopes(table: RecordTable): Promise<string[]>;
  /** The sealed bytes of files: too large to travel through a change. */
  readonly pieces: FilePieces;
  damagedCount(): Promise<number>;
  onDamage(listener: (scope: string) => void): () => void;
  /** After the changes under way. Everything later is refused as `locked`. */
  close(): Promise<void>;
  /** At once, as a crash would: for the simulation. */
  kill(): void;
}

export const outboxScope = 'outbox';
export const accountScope = 'account';
export const filesScope = 'files';
const triesMax = 50;

export function openSealedStore(
  account: string,
  database: AccountDatabase,
  vault: Vault,
  now: () => number,
): SealedStore {
  const refs = new Map<string, Promise<string>>();
  const damageListeners = new Set<(scope: string) => void>();
  const cache = new Map<string, { rev: number; value: unknown }>();
  let isOpen = true;
  let last: Promise<unknown> = Promise.resolve();

  const access = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries += 1) {
      if (!isOpen) throw new StorageTrouble('locked');
      try {
        return await work();
      } catch (error) {
        if (!isOpen) throw new StorageTrouble('locked');
        const trouble = troubleOf(error);
        if (trouble?.reason !== 'storage-closed' || tries >= 2) throw trouble ?? error;
        // Browsers close the handle behind our back (iOS in the background): a dead handle never heals, a new one works.
        database.close({ disableAutoOpen: false });
        await database.open().catch(() => undefined);
      }
    }
  };
  const reading = {
    database,
    vault,
    cache,
    now,
    onDamage: (scope: string) => damageListeners.forEach((tell) => tell(scope)),
  };
  const read = (scope: string, wanted: ScopeWanted) => access(() => readScope(reading, scope, wanted));

  const attempt = async <T>(work: (view: View) => Promise<Plan<T>>): Promise<{ value: T } | undefined> => {
    const loadedByScope = new Map<string, Loaded>();
    let isStale = false;
    const plan = await work({
      async load(scope, wanted) {
        const loaded = await read(scope, wanted);
        const before = loadedByScope.get(scope);
        if (before !== undefined && before.heads.rev !== loaded.heads.rev) isStale = true;
        loadedByScope.set(scope, before ?? loaded);
        return loaded;
      },
      sequence() {
        const heads = loadedByScope.get(outboxScope)?.heads;
        if (heads === undefined) throw new Error('a sequence number was asked for before the outbox was read');
        return (heads.next += 1);
      },
    });
    if (isStale) return undefined;
    if (plan.writes.length === 0) return plan;
    for (const { scope } of plan.writes)
      if (!loadedByScope.has(scope)) loadedByScope.set(scope, await read(scope, { rows: [] }));
    const written = new Set(plan.writes.map((write) => write.scope));
    for (const scope of written) loadedByScope.get(scope)!.heads.rev += 1;
    const revOf = (scope: string) => loadedByScope.get(scope)?.heads.rev ?? 0;
    const tasks: SealTask[] = [];
    for (const write of plan.writes) {
      const revs = loadedByScope.get(write.scope)?.heads.revs ?? {};
      if (write.value === undefined) delete revs[`${write.table}/${write.key}`];
      else {
        revs[`${write.table}/${write.key}`] = revOf(write.scope);
        tasks.push({ table: write.table, key: write.key, rev: revOf(write.scope), value: write.value });
      }
    }
    for (const scope of written) {
      const { revs, next } = loadedByScope.get(scope)?.heads ?? emptyHeads();
      tasks.push({ table: 'heads', key: scope, rev: revOf(scope), value: { revs, next } });
    }
    const sealed = await vault.sealMany(tasks);
    const isCommitted = await access(() =>
      database.transaction('rw', [...new Set(plan.writes.map((write) => write.table)), 'heads'], async () => {
        for (const [scope, { heads }] of loadedByScope) {
          const stands = (await database.heads.get(scope))?.rev ?? 0;
          if (stands !== (written.has(scope) ? heads.rev - 1 : heads.rev)) return false;
        }
        let at = 0;
        for (const { table, key, scope, value, docRef, seq, state } of plan.writes) {
          if (value === undefined) {
            await database[table].delete(key);
            continue;
          }
          const s = sealed[at++];
          if (s === undefined) throw new Error('a record was not sealed');
          const clear = {
            ...(docRef !== undefined && { docRef }),
            ...(seq !== undefined && { seq }),
            ...(state !== undefined && { state }),
          };
          await database[table].put({ key, scope, rev: revOf(scope), s, ...clear });
        }
        for (const scope of written) {
          const s = sealed[at++];
          if (s === undefined) throw new Error('a heads record was not sealed');
          await database.heads.put({ key: scope, rev: revOf(scope), s });
        }
        return true;
      }),
    );
    return isCommitted ? plan : undefined;
  };

  const serially = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
  return {
    account,
    vault,
    pieces: filePieces(database, vault, access),
    change: (work) =>
      serially(async () => {
        for (let tries = 0; tries < triesMax; tries += 1) {
          const committed = await attempt(work);
          if (committed !== undefined) return committed.value;
        }
        throw new Error('a change met another one at every try');
      }),
    read,
    ref(kind, value) {
      const name = `${kind}|${value}`;
      const known = refs.get(name) ?? vault.ref(kind, value);
      refs.set(name, known);
      return known;
    },
    scopes: (table) => access(async () => (await database[table].orderBy('scope').uniqueKeys()) as string[]),
    damagedCount: () => access(() => database.damaged.count()),
    onDamage(listener) {
      damageListeners.add(listener);
      return () => damageListeners.delete(listener);
    },
    async close() {
      await last;
      isOpen = false;
      database.close();
      cache.clear();
    },
    kill() {
      isOpen = false;
      database.close();
    },
  };
}
