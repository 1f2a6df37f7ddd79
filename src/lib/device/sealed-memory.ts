/**
 * What was opened once of the two scopes that are read at every key and every turn of the sync loop. Their sealed heads
 * name every row with its count of writes, so with the heads that stand on disk this tells exactly what stands there, and
 * neither a long queue nor a long text is read, opened and parsed again. What is in documents is not kept here.
 */
import type { RecordTable } from './account-database.ts';
import type { Heads, Loaded, LoadedRow, ScopeWanted } from './sealed-reading.ts';

export interface SealedMemory {
  /** As it stood when it was last read or written here; undefined when not all of it is known. */
  recall(scope: string, wanted: ScopeWanted): Loaded | undefined;
  learn(scope: string, heads: Heads, rows: readonly LoadedRow[]): void;
  row(scope: string, name: string, rev: number): LoadedRow | undefined;
  forget(scope: string): void;
  clear(): void;
}

interface Known {
  readonly heads: Heads;
  readonly rows: ReadonlyMap<string, LoadedRow>;
}
const remembered: ReadonlySet<string> = new Set(['outbox', 'account']);
export const nameOfRow = (table: RecordTable, key: string): string => `${table}/${key}`;

export function sealedMemory(): SealedMemory {
  const scopes = new Map<string, Known>();
  return {
    recall(scope, wanted) {
      const known = scopes.get(scope);
      if (known === undefined) return undefined;
      const rows: LoadedRow[] = [];
      for (const name of namesIn(known.heads, wanted)) {
        const row = known.rows.get(name);
        if (row?.row.rev !== known.heads.revs[name]) return undefined;
        if (row !== undefined) rows.push(row);
      }
      return { heads: known.heads, rows };
    },
    learn(scope, heads, rows) {
      if (!remembered.has(scope)) return;
      const known = new Map(scopes.get(scope)?.rows);
      for (const one of rows) known.set(nameOfRow(one.table, one.row.key), one);
      for (const [name, { row }] of known) if (heads.revs[name] !== row.rev) known.delete(name);
      scopes.set(scope, { heads, rows: known });
    },
    row(scope, name, rev) {
      const known = scopes.get(scope)?.rows.get(name);
      return known?.row.rev === rev ? known : undefined;
    },
    forget: (scope) => void scopes.delete(scope),
    clear: () => scopes.clear(),
  };
}

const namesIn = ({ revs }: Heads, wanted: ScopeWanted): string[] =>
  'tables' in wanted
    ? Object.keys(revs).filter((name) => wanted.tables.some((table) => name.startsWith(`${table}/`)))
    : wanted.rows.map(([table, key]) => nameOfRow(table, key)).filter((name) => revs[name] !== undefined);
