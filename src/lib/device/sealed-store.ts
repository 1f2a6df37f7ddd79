/**
 * Reads and writes sealed rows. Everything of one `change` becomes durable in one transaction or not at all, together
 * with the sealed heads of the scopes it touched, so a row that was put back to an older state is noticed.
 * WebCrypto cannot be awaited inside an IndexedDB transaction: seal first, and commit only if nobody wrote meanwhile.
 * What does not open is set aside and reported, never removed.
 */
import type { AccountDatabase, HeadsRow, QueueState, RecordTable, Row } from './account-database.ts';
import { filePieces, type FilePieces } from './file-pieces.ts';
import { answerOf, inTransaction } from './in-transaction.ts';
import { nameOfRow, sealedMemory } from './sealed-memory.ts';
import { emptyHeads, readScope, type Heads, type Loaded, type ScopeWanted } from './sealed-reading.ts';
import { StorageTrouble, troubleOf } from './storage-trouble.ts';
import type { Vault } from './vault.ts';

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
  const memory = sealedMemory();
  const headsByScope = new Map<string, Heads>();
  let isOpen = true;
  let opened = database.open();
  opened.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();

  const access = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries += 1) {
      if (!isOpen) throw new StorageTrouble('locked');
      try {
        await opened;
        return await work();
      } catch (error) {
        if (!isOpen) throw new StorageTrouble('locked');
        const trouble = troubleOf(error);
        if (trouble?.reason !== 'storage-closed' || tries >= 2) throw trouble ?? error;
        // Browsers close the handle behind our back (iOS in the background): a dead handle never heals, a new one works.
        database.close({ disableAutoOpen: false });
        opened = database.open();
        await opened.catch(() => undefined);
      }
    }
  };
  const reading = {
    database,
    vault,
    memory,
    headsByScope,
    now,
    onDamage: (scope: string) => damageListeners.forEach((tell) => tell(scope)),
  };
  /** The counts of writes as they stand on disk, of all scopes that are asked for in the same turn at once. */
  let asked: { readonly scopes: Set<string>; readonly revs: Promise<ReadonlyMap<string, number>> } | undefined;
  const revsOnDisk = (scopes: Iterable<string>): Promise<ReadonlyMap<string, number>> => {
    const mine = (asked ??= startAsking());
    for (const scope of scopes) mine.scopes.add(scope);
    return mine.revs;
  };
  const startAsking = () => {
    const scopes = new Set<string>();
    const revs = Promise.resolve().then(async () => {
      asked = undefined;
      const all = [...scopes];
      return access(() =>
        inTransaction(database, 'readonly', ['heads'], (transaction) => revsIn(transaction.objectStore('heads'), all)),
      );
    });
    return { scopes, revs };
  };
  const read = async (scope: string, wanted: ScopeWanted): Promise<Loaded> => {
    if (memory.recall(scope, wanted) !== undefined) {
      const rev = (await revsOnDisk([scope])).get(scope);
      const known = memory.recall(scope, wanted);
      if (known?.heads.rev === rev && known !== undefined) return known;
    }
    return access(() => readScope(reading, scope, wanted));
  };

  const attempt = async <T>(work: (view: View) => Promise<Plan<T>>): Promise<{ value: T } | undefined> => {
    const headsRead = new Map<string, Heads>();
    let isStale = false;
    let sequence: number | undefined;
    const plan = await work({
      async load(scope, wanted) {
        // From memory without a look at the disk: whether it still stands is seen at the commit.
        const loaded = memory.recall(scope, wanted) ?? (await read(scope, wanted));
        const before = headsRead.get(scope);
        if (before !== undefined && before.rev !== loaded.heads.rev) isStale = true;
        if (before === undefined) headsRead.set(scope, loaded.heads);
        return loaded;
      },
      sequence() {
        const heads = headsRead.get(outboxScope);
        if (heads === undefined) throw new Error('a sequence number was asked for before the outbox was read');
        return (sequence = (sequence ?? heads.next) + 1);
      },
    });
    if (isStale) return undefined;
    const writes = [...new Map(plan.writes.map((write) => [nameOfRow(write.table, write.key), write])).values()];
    for (const { scope } of writes)
      if (!headsRead.has(scope))
        headsRead.set(scope, (memory.recall(scope, { rows: [] }) ?? (await read(scope, { rows: [] }))).heads);
    if (writes.length === 0) return (await stand(headsRead)) ? plan : undefined;
    const written = headsAfter(headsRead, writes, sequence);
    const revOf = (scope: string) => written.get(scope)?.rev ?? 0;
    const puts = writes.filter(({ value }) => value !== undefined);
    const sealed = await vault.sealMany([
      ...puts.map(({ table, key, scope, value }) => ({ table, key, rev: revOf(scope), value })),
      ...[...written].map(([scope, { rev, revs, next }]) => ({
        ...{ table: 'heads', key: scope, rev },
        value: { revs, next },
      })),
    ]);
    const sealedAt = (at: number) => {
      const s = sealed[at];
      if (s === undefined) throw new Error('a record was not sealed');
      return s;
    };
    const rows = puts.map(({ table, key, scope, docRef, seq, state, value }, at) => {
      const row: Row = {
        ...{ key, scope, rev: revOf(scope), s: sealedAt(at) },
        ...(docRef !== undefined && { docRef }),
        ...(seq !== undefined && { seq }),
        ...(state !== undefined && { state }),
      };
      return { table, row, value };
    });
    const headsRows = [...written].map(([scope, { rev }], at) => ({ key: scope, rev, s: sealedAt(puts.length + at) }));
    const isCommitted = await access(() =>
      inTransaction(database, 'readwrite', [...writes.map((write) => write.table), 'heads'], async (transaction) => {
        const heads = transaction.objectStore('heads');
        const standing = await revsIn(heads, headsRead.keys());
        if ([...headsRead].some(([scope, { rev }]) => standing.get(scope) !== rev)) return false;
        await Promise.all([
          ...writes
            .filter(({ value }) => value === undefined)
            .map(({ table, key }) => answerOf(transaction.objectStore(table).delete(key))),
          ...rows.map(({ table, row }) => answerOf(transaction.objectStore(table).put(row))),
          ...headsRows.map((row) => answerOf(heads.put(row))),
        ]);
        return true;
      }),
    );
    if (!isCommitted) {
      for (const scope of headsRead.keys()) memory.forget(scope);
      return undefined;
    }
    for (const [scope, heads] of written) {
      headsByScope.set(scope, heads);
      memory.learn(
        scope,
        heads,
        rows.filter(({ row }) => row.scope === scope),
      );
    }
    return plan;
  };
  /** Whatever came from memory without a look must have stood at some moment of the change. */
  const stand = async (headsRead: ReadonlyMap<string, Heads>): Promise<boolean> => {
    const revs = await revsOnDisk(headsRead.keys());
    const changed = [...headsRead].filter(([scope, { rev }]) => revs.get(scope) !== rev);
    for (const [scope] of changed) memory.forget(scope);
    return changed.length === 0;
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
      memory.clear();
      headsByScope.clear();
    },
    kill() {
      isOpen = false;
      database.close();
    },
  };
}

/** Of the scopes that are written in: one more, and where each row was written last. */
function headsAfter(
  headsRead: ReadonlyMap<string, Heads>,
  writes: readonly Write[],
  sequence: number | undefined,
): ReadonlyMap<string, Heads> {
  const after = new Map<string, Omit<Heads, 'revs'> & { readonly revs: Record<string, number> }>();
  for (const { table, key, scope, value } of writes) {
    const before = headsRead.get(scope) ?? emptyHeads();
    const heads = after.get(scope) ?? { rev: before.rev + 1, next: before.next, revs: { ...before.revs } };
    after.set(scope, heads);
    if (value === undefined) delete heads.revs[nameOfRow(table, key)];
    else heads.revs[nameOfRow(table, key)] = heads.rev;
  }
  const outbox = after.get(outboxScope);
  if (outbox !== undefined && sequence !== undefined) after.set(outboxScope, { ...outbox, next: sequence });
  return after;
}

async function revsIn(heads: IDBObjectStore, scopes: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const all = [...scopes];
  const rows = await Promise.all(all.map((scope) => answerOf<HeadsRow | undefined>(heads.get(scope))));
  return new Map(all.map((scope, at) => [scope, rows[at]?.rev ?? 0]));
}
