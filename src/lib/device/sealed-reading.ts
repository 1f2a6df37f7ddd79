/** Reading a scope: heads and rows out of one transaction, opened after it closed, compared, and set aside if they differ. */
import type { Damage } from './set-damage-aside.ts';
import {
  documentTables,
  queueTables,
  type AccountDatabase,
  type HeadsRow,
  type RecordTable,
  type Row,
} from './account-database.ts';
import { answerOf, inTransaction } from './in-transaction.ts';
import { nameOfRow, type SealedMemory } from './sealed-memory.ts';
import type { Opened, Vault } from './vault.ts';

export interface Heads {
  readonly rev: number;
  /** Counter of sequence numbers; used by the outbox. */
  readonly next: number;
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
  readonly memory: SealedMemory;
  /** Opened heads: the same count of writes is the same record. */
  readonly headsByScope: Map<string, Heads>;
  now(): number;
  onDamage(scope: string): void;
}

export const emptyHeads = (): Heads => ({ rev: 0, next: 0, revs: {} });

export async function readScope(reading: Reading, scope: string, wanted: ScopeWanted): Promise<Loaded> {
  const { headsRow, found, isEmpty } = await fetchRows(reading.database, scope, wanted);
  const { heads, isReadable } = await openHeads(reading, scope, headsRow, isEmpty);
  const opened = await openRows(reading, scope, found);
  const damage: Damage[] = [];
  const rows: LoadedRow[] = [];
  for (const [at, { table, row }] of found.entries()) {
    const name = nameOfRow(table, row.key);
    const value = opened[at];
    if (value === undefined || !value.ok) damage.push({ table, row, why: 'unreadable' });
    // Without its heads a scope cannot tell old from new; its words are worth more than the doubt, which is reported.
    else if (isReadable && heads.revs[name] !== row.rev) damage.push({ table, row, why: 'out-of-date' });
    else rows.push({ table, row, value: value.value });
  }
  const here = new Set(found.map(({ table, row }) => nameOfRow(table, row.key)));
  const missing = Object.keys(heads.revs).filter((name) => isWanted(name, wanted) && !here.has(name));
  if (damage.length === 0 && missing.length === 0 && isReadable) {
    reading.memory.learn(scope, heads, rows);
    return { heads, rows };
  }
  const { setDamageAside } = await import('./set-damage-aside.ts');
  await setDamageAside(reading, tablesOf(scope), scope, { damage, missing, headsRow, isReadable });
  reading.onDamage(scope);
  return readScope(reading, scope, wanted);
}

async function fetchRows(database: AccountDatabase, scope: string, wanted: ScopeWanted) {
  const tables = 'tables' in wanted ? wanted.tables : [...new Set(wanted.rows.map(([table]) => table))];
  return inTransaction(database, 'readonly', [...tables, ...tablesOf(scope), 'heads'], async (transaction) => {
    const rowsOf = (table: RecordTable): Promise<Row[]> =>
      answerOf(transaction.objectStore(table).index('scope').getAll(scope));
    const rowOf = (table: RecordTable, key: string): Promise<Row | undefined> =>
      answerOf(transaction.objectStore(table).get(key));
    const heads = answerOf<HeadsRow | undefined>(transaction.objectStore('heads').get(scope));
    const found = await Promise.all(
      'tables' in wanted
        ? wanted.tables.map(async (table) => (await rowsOf(table)).map((row) => ({ table, row })))
        : wanted.rows.map(async ([table, key]) => {
            const row = await rowOf(table, key);
            return row?.scope === scope ? [{ table, row }] : [];
          }),
    );
    const headsRow = await heads;
    if (headsRow !== undefined) return { headsRow, found: found.flat(), isEmpty: true };
    // Counted at the same moment as the heads were looked for: a first record written just after them is no damage.
    const counts = await Promise.all(
      tablesOf(scope).map((table) => answerOf(transaction.objectStore(table).index('scope').count(scope))),
    );
    return { headsRow, found: found.flat(), isEmpty: counts.every((count) => count === 0) };
  });
}

async function openHeads(
  { vault, headsByScope }: Reading,
  scope: string,
  row: HeadsRow | undefined,
  isEmpty: boolean,
): Promise<{ readonly heads: Heads; readonly isReadable: boolean }> {
  if (row === undefined) return { heads: emptyHeads(), isReadable: isEmpty };
  const known = headsByScope.get(scope);
  if (known?.rev === row.rev) return { heads: known, isReadable: true };
  const [opened] = await vault.openMany([{ table: 'heads', key: scope, rev: row.rev, sealed: row.s }]);
  if (opened === undefined || !opened.ok) return { heads: { ...emptyHeads(), rev: row.rev }, isReadable: false };
  const heads = { ...(opened.value as Pick<Heads, 'revs' | 'next'>), rev: row.rev };
  headsByScope.set(scope, heads);
  return { heads, isReadable: true };
}

async function openRows(
  { vault, memory }: Reading,
  scope: string,
  found: readonly { table: RecordTable; row: Row }[],
): Promise<readonly (Opened | undefined)[]> {
  const known = found.map(({ table, row }) => memory.row(scope, nameOfRow(table, row.key), row.rev));
  const unknown = found.filter((_, at) => known[at] === undefined);
  const opened = await vault.openMany(
    unknown.map(({ table, row }) => ({ table, key: row.key, rev: row.rev, sealed: row.s })),
  );
  let next = 0;
  return known.map((one) => (one === undefined ? opened[next++] : { ok: true, value: one.value }));
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
