/**
 * One browser of one person: an IndexedDB that can be copied from a template and can be full, tabs, and a wall clock that
 * can be wrong. What it holds can be looked into from outside, row by row.
 */
import { IDBFactory } from 'fake-indexeddb';
import { BrowserTabs } from './tabs.ts';

/** As much of the insides of `fake-indexeddb` as is copied and looked into here. */
interface RawStore {
  readonly records: { values(): Iterable<{ readonly value: unknown }> };
  storeRecord(...given: unknown[]): unknown;
}
interface RawDatabase {
  readonly name: string;
  readonly version: number;
  transactions: unknown[];
  connections: unknown[];
  rawObjectStores: Map<string, RawStore>;
}
interface Raw {
  readonly _databases: Map<string, RawDatabase>;
}
export interface HeldRow {
  readonly table: string;
  readonly key: string;
  readonly scope: string;
  readonly rev: number;
  readonly state?: string;
}
/** What was sealed, by table, key and count of writes: what a row of that name holds. */
export type Sealed = Map<string, unknown>;
export const sealedName = (table: string, key: string, rev: number): string => `${table}/${key}/${String(rev)}`;

interface Bytes {
  readonly iv: Uint8Array;
  readonly ct: Uint8Array;
}
interface Opened extends Bytes {
  readonly value: unknown;
}
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export class Browser {
  readonly factory: IDBFactory;
  readonly tabs = new BrowserTabs();
  readonly sealed: Sealed;
  /** How far the wall clock is off, in milliseconds: from minutes to years. */
  clockOff = 0;
  isFull = false;
  /** Something was written since it was last looked into. */
  isDirty = true;

  /** Rows that were opened, as they were sealed; those of the template belong to all runs. */
  readonly #opened = new Map<string, Opened>();
  readonly #from: Browser | undefined;

  constructor(from?: Browser) {
    this.#from = from;
    this.factory = from === undefined ? new IDBFactory() : copyOfFactory(from.factory);
    this.sealed = new Map(from?.sealed);
  }

  /** What these very bytes hold, if they were opened before. */
  opened(name: string, { iv, ct }: Bytes): unknown {
    const known = this.#opened.get(name) ?? (this.#from === undefined ? undefined : this.#from.#opened.get(name));
    return known !== undefined && isSame(known.iv, iv) && isSame(known.ct, ct) ? known.value : undefined;
  }
  noteOpened(name: string, { iv, ct }: Bytes, value: unknown): void {
    const isOfTemplate = this.#from !== undefined && this.#from.sealed.has(name);
    (isOfTemplate ? this.#from : this).#opened.set(name, { iv, ct, value });
  }

  /** Once its database is there: from then on it refuses whatever it has no room for. */
  mindRoom(onRefused: () => void): void {
    for (const { rawObjectStores } of rawOf(this.factory).values())
      for (const store of rawObjectStores.values()) {
        if (Object.hasOwn(store, 'storeRecord')) continue;
        const stored = store.storeRecord.bind(store);
        store.storeRecord = (...given) => {
          // What a transaction that fails puts back, without a log of its own, needs no room.
          const isPutBack = given[2] === undefined;
          if (!this.isFull || isPutBack) return stored(...given);
          onRefused();
          throw new DOMException('there is no room', 'QuotaExceededError');
        };
      }
  }

  /** Of these tables; of all without a name. */
  *rows(...tables: string[]): Generator<HeldRow> {
    for (const { rawObjectStores } of rawOf(this.factory).values())
      for (const [table, { records }] of rawObjectStores)
        if (tables.length === 0 || tables.includes(table))
          for (const { value } of records.values()) yield { ...(value as Omit<HeldRow, 'table'>), table };
  }
  valueOf({ table, key, rev }: HeldRow): unknown {
    return this.sealed.get(sealedName(table, key, rev));
  }
  /** Edits and commands that the Hub has not answered. */
  unsent(): number {
    let count = 0;
    for (const { rawObjectStores } of rawOf(this.factory).values())
      for (const table of ['outbox', 'commands'])
        for (const { value } of rawObjectStores.get(table)?.records.values() ?? [])
          if ((value as HeldRow).state !== 'answered') count += 1;
    return count;
  }
}

/** What the device notes of where it stands. */
export function settingsIn(browser: Browser): { cursor?: string; gone?: string[]; want?: string[] } {
  for (const row of browser.rows('settings'))
    if (row.key === 'settings') return (browser.valueOf(row) ?? {}) as ReturnType<typeof settingsIn>;
  return {};
}

const rawOf = (factory: IDBFactory) => (factory as unknown as Raw)._databases;

function copyOfFactory(from: IDBFactory): IDBFactory {
  const factory = new IDBFactory();
  for (const [name, database] of rawOf(from)) rawOf(factory).set(name, copyOfDatabase(database));
  return factory;
}

/** Everything but the records themselves, which are only ever replaced, and what belongs to somebody who is connected. */
function copyOfDatabase(from: RawDatabase): RawDatabase {
  const Database = from.constructor as new (name: string, version: number) => RawDatabase;
  const to = new Database(from.name, from.version);
  const copies = new Map<object, object>([[from, to]]);
  const copy = (value: unknown, name = ''): unknown => {
    if (typeof value !== 'object' || value === null || name === 'record') return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(value, map);
      for (const [key, one] of value) map.set(key, copy(one));
      return map;
    }
    if (Array.isArray(value)) return value.map((one) => copy(one));
    const made = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
    copies.set(value, made);
    for (const [key, one] of Object.entries(value)) if (typeof one !== 'function') made[key] = copy(one, key);
    return made;
  };
  to.rawObjectStores = copy(from.rawObjectStores) as RawDatabase['rawObjectStores'];
  return to;
}
