/** Reading a scope: heads and rows out of one transaction, opened after it closed, compared, and set aside if they differ. */
import {
  documentTables,
  queueTables,
  type AccountDatabase,
  type HeadsRow,
  type RecordTable,
  type Row,
} from './account-database.ts';
import type { Vault } from './vault.ts';

export interface Heads {
  rev: number;
  /** Counter of sequence numbers; used by the outbox. */
  next: number;
  /** `table/key` → the count of writes at which the row was last written. */
  readonly revs: Record<string, number>;
}
export type ScopeWanted =
  | { readonly tables: readonly RecordTable[] }
  | { readonly rows: readonly (readonly [table: RecordTable, key: string])[] };

export interface LoadedRow {
  readonly table: RecordTable;
  readonly row: Row;
  readonly value: unknown;
}
export interface Loaded {
  readonly heads: Heads;
  readonly rows: readonly LoadedRow[];
}
export interface Reading {
  readonly database: AccountDatabase;
  readonly vault: Vault;
  /** Opened queue rows: they are read at every keystroke, and the same count of writes is the same row. */
  readonly cache: Map<string, { rev: number; value: unknown }>;
  now(): number;
  onDamage(scope: string): void;
}

export const emptyHeads = (): Heads => ({ rev: 0, next: 0, revs: {} });

export async function readScope(reading: Reading, scope: string, wanted: ScopeWanted): Promise<Loaded> {
  const { headsRow, found, isEmpty } = await fetchRows(reading.database, scope, wanted);
  const { heads, isReadable } = await openHeads(reading, scope, headsRow, isEmpty);
  const opened = await openRows(reading, found);
  const damage: Damage[] = [];
  const rows: LoadedRow[] = [];
  for (const [at, { table, row }] of found.entries()) {
    const name = `${table}/${row.key}`;
    const value = opened[at];
    if (value === undefined || !value.ok) damage.push({ table, row, why: 'unreadable' });
    // Without its heads a scope cannot tell old from new; its words are worth more than the doubt, which is reported.
    else if (isReadable && heads.revs[name] !== row.rev) damage.push({ table, row, why: 'out-of-date' });
    else rows.push({ table, row, value: value.value });
  }
  const here = new Set(found.map(({ table, row }) => `${table}/${row.key}`));
  const missing = Object.keys(heads.revs).filter((name) => isWanted(name, wanted) && !here.has(name));
  if (damage.length === 0 && missing.length === 0 && isReadable) return { heads, rows };
  await setAside(reading, scope, { damage, missing, headsRow, isReadable });
  reading.onDamage(scope);
  return readScope(reading, scope, wanted);
}

async function fetchRows(database: AccountDatabase, scope: string, wanted: ScopeWanted) {
  const tables = 'tables' in wanted ? wanted.tables : [...new Set(wanted.rows.map(([table]) => table))];
  return database.transaction('r', [...new Set([...tables, ...tablesOf(scope)]), 'heads'], async () => {
    const headsRow = await database.heads.get(scope);
    // Counted at the same moment as the heads were looked for: a first record written just after them is no damage.
    const isEmpty = headsRow !== undefined || (await countRows(database, scope)) === 0;
    const found: { table: RecordTable; row: Row }[] = [];
    if ('tables' in wanted) {
      for (const table of tables)
        for (const row of await database[table].where('scope').equals(scope).toArray()) found.push({ table, row });
    } else {
      for (const [table, key] of wanted.rows) {
        const row = await database[table].get(key);
        if (row !== undefined && row.scope === scope) found.push({ table, row });
      }
    }
    return { headsRow, found, isEmpty };
  });
}

async function countRows(database: AccountDatabase, scope: string): Promise<number> {
  let count = 0;
  for (const table of tablesOf(scope)) count += await database[table].where('scope').equals(scope).count();
  return count;
}

async function openHeads({ vault, cache }: Reading, scope: string, row: HeadsRow | undefined, isEmpty: boolean) {
  if (row === undefined) return { heads: emptyHeads(), isReadable: isEmpty };
  const known = cache.get(`heads/${scope}`);
  if (known?.rev !== row.rev) {
    const [opened] = await vault.openMany([{ table: 'heads', key: scope, rev: row.rev, sealed: row.s }]);
    if (opened === undefined || !opened.ok) return { heads: { ...emptyHeads(), rev: row.rev }, isReadable: false };
    cache.set(`heads/${scope}`, { rev: row.rev, value: opened.value });
  }
  const { revs, next } = cache.get(`heads/${scope}`)?.value as Pick<Heads, 'revs' | 'next'>;
  // A copy: a change writes into it, and may yet fail.
  return { heads: { rev: row.rev, next, revs: { ...revs } }, isReadable: true };
}

async function openRows({ vault, cache }: Reading, found: readonly { table: RecordTable; row: Row }[]) {
  const nameOf = (table: string, row: Row) => `${table}/${row.key}`;
  const unknown = found.filter(({ table, row }) => cache.get(nameOf(table, row))?.rev !== row.rev);
  const opened = await vault.openMany(
    unknown.map(({ table, row }) => ({ table, key: row.key, rev: row.rev, sealed: row.s })),
  );
  const openedByName = new Map(unknown.map(({ table, row }, at) => [nameOf(table, row), opened[at]]));
  for (const { table, row } of unknown) {
    const one = openedByName.get(nameOf(table, row));
    if (one?.ok === true && table in { outbox: 0, commands: 0 })
      cache.set(nameOf(table, row), { rev: row.rev, value: one.value });
  }
  return found.map(
    ({ table, row }) =>
      openedByName.get(nameOf(table, row)) ?? { ok: true as const, value: cache.get(nameOf(table, row))?.value },
  );
}

interface Damage {
  readonly table: RecordTable;
  readonly row: Row;
  readonly why: 'unreadable' | 'out-of-date';
}
interface Found {
  readonly damage: readonly Damage[];
  readonly missing: readonly string[];
  /** As they stood when it was found. */
  readonly headsRow: HeadsRow | undefined;
  readonly isReadable: boolean;
}

/** Moves damaged rows away and seals heads of what is left. If somebody wrote meanwhile, nothing is done: it is read again. */
async function setAside(
  { database, vault, cache, now }: Reading,
  scope: string,
  { damage, missing, headsRow, isReadable }: Found,
): Promise<void> {
  cache.delete(`heads/${scope}`);
  const before = await database.heads.get(scope);
  if (before?.rev !== headsRow?.rev) return;
  const badHeads = isReadable ? undefined : headsRow;
  const rev = (before?.rev ?? 0) + 1;
  const tables = tablesOf(scope);
  const all = (
    await Promise.all(tables.map((table) => database[table].where('scope').equals(scope).toArray()))
  ).flatMap((rows, at) => rows.map((row) => ({ name: `${tables[at] ?? ''}/${row.key}`, row })));
  const bad = new Set(damage.map(({ table, row }) => `${table}/${row.key}`));
  const opened =
    before === undefined || badHeads !== undefined
      ? undefined
      : (await vault.openMany([{ table: 'heads', key: scope, rev: before.rev, sealed: before.s }]))[0];
  const known = opened?.ok === true ? (opened.value as Pick<Heads, 'revs' | 'next'>) : undefined;
  const gone = new Set([...bad, ...missing]);
  const revs =
    known === undefined
      ? Object.fromEntries(all.filter(({ name }) => !bad.has(name)).map(({ name, row }) => [name, row.rev]))
      : Object.fromEntries(Object.entries(known.revs).filter(([name]) => !gone.has(name)));
  const next = Math.max(known?.next ?? 0, ...all.map(({ row }) => row.seq ?? 0));
  // A rebuilt head counts on past every row, so that no count of writes is ever given twice.
  const newRev = Math.max(rev, ...all.map(({ row }) => row.rev + 1));
  const s = await vault.seal('heads', scope, newRev, { revs, next });
  await database.transaction('rw', [...tables, 'heads', 'damaged'], async () => {
    if ((await database.heads.get(scope))?.rev !== before?.rev) return;
    const at = now();
    for (const { table, row, why } of damage) {
      await database.damaged.add({ table, row, why, at });
      await database[table].delete(row.key);
    }
    if (badHeads !== undefined) await database.damaged.add({ table: 'heads', row: badHeads, why: 'unreadable', at });
    await database.heads.put({ key: scope, rev: newRev, s });
  });
}

const tablesOf = (scope: string): readonly RecordTable[] =>
  scope === 'outbox'
    ? queueTables
    : scope === 'account'
      ? ['settings']
      : scope === 'files'
        ? ['files']
        : scope.startsWith('kept.')
          ? ['kept']
          : documentTables;

const isWanted = (name: string, wanted: ScopeWanted): boolean =>
  'tables' in wanted
    ? wanted.tables.some((table) => name.startsWith(`${table}/`))
    : wanted.rows.some(([table, key]) => name === `${table}/${key}`);
