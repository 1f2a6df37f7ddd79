/** What of a scope does not open, or is not what its heads say: set aside for whoever can look into it, never removed. */
import type { HeadsRow, RecordTable, Row } from './account-database.ts';
import type { Heads, Reading } from './sealed-reading.ts';

export interface Damage {
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
export async function setDamageAside(
  { database, vault, memory, headsByScope, now }: Reading,
  tables: readonly RecordTable[],
  scope: string,
  { damage, missing, headsRow, isReadable }: Found,
): Promise<void> {
  memory.forget(scope);
  headsByScope.delete(scope);
  const before = await database.heads.get(scope);
  if (before?.rev !== headsRow?.rev) return;
  const badHeads = isReadable ? undefined : headsRow;
  const rev = (before?.rev ?? 0) + 1;
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
