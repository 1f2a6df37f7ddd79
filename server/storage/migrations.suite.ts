/** Every released schema can be brought up to date with what it holds, by one process, whoever else starts then. */
import { sql, type Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { TestDatabase } from '#tests/hub/database.ts';
import { migrate, type Storage } from './database.ts';
import { migrations } from './migrations/index.ts';

export function migrationsSuite(openEmpty: () => Promise<TestDatabase>): void {
  for (const [at, { name }] of migrations.entries()) {
    describe(`a database as of ${name}`, () => {
      test('is brought up to date with every row that it held, by one of the processes that start', async () => {
        const database = await openEmpty();
        const storage = await database.open();
        const other = await database.openBeside(storage);
        try {
          await migrate(storage, migrations.slice(0, at + 1));
          await fillOldTables(storage);
          const before = await contentsOf(storage);
          await Promise.all([migrate(storage), migrate(other)]);
          const after = await contentsOf(other);
          expect(after.get('migration')).toHaveLength(migrations.length);
          for (const [table, rows] of before) {
            if (table === 'migration') continue;
            // A later release adds columns; none of those that were there may change.
            expect(after.get(table), table).toMatchObject(rows);
          }
          expect([...before.values()].filter((rows) => rows.length > 0).length).toBeGreaterThan(3);
          await storage.write((tx) => sql`update log set form = 2, trial = 1`.execute(tx));
        } finally {
          await other.close();
          await storage.close();
          await database.dispose();
        }
      });
    });
  }

  test('the schema is the same, whichever release it came from', async () => {
    const shapes = [];
    for (const at of [0, migrations.length - 1]) {
      const database = await openEmpty();
      const storage = await database.open();
      await migrate(storage, migrations.slice(0, at + 1));
      await migrate(storage);
      const tables = await storage.db.introspection.getTables();
      shapes.push(tables.map((table) => [table.name, table.columns.map((column) => [column.name, column.dataType])]));
      await storage.close();
      await database.dispose();
    }
    expect(shapes[0]?.length).toBeGreaterThan(20);
    expect(shapes[0]).toEqual(shapes[1]);
  });
}

/** By the names of the first release: what is written today might not have gone in then. */
async function fillOldTables(storage: Storage): Promise<void> {
  await storage.write(async (tx) => {
    const insert = (table: string, row: Record<string, unknown>) =>
      (tx as unknown as Kysely<Record<string, Record<string, unknown>>>).insertInto(table).values(row).execute();
    const own = { authority_id: 'a' };
    const inDocument = { ...own, document_id: 'd' };
    await insert('authority', { id: 'a', name: 'A', host: 'h', created_at: 2 ** 41 });
    await insert('organisation', { ...own, id: 'o', kind: 'school', name: 'S', created_at: 1 });
    const person = { email: 'e', name: 'P', phone: '', password_hash: '', is_active: 1, created_at: 1 };
    await insert('person', { ...own, id: 'p', ...person });
    const document = {
      kind: 'request',
      form: 1,
      stage: 'draft',
      starter_id: 'p',
      created_at: 1,
      updated_at: 1,
      seq: 1,
    };
    await insert('document', { ...own, id: 'd', ...document });
    const log = { person_id: 'p', device_id: 'x', pen: 'pen', n_first: 1, n_last: 1, base: '{}', edits: '[["words"]]' };
    await insert('log', { ...inDocument, ...log, stamps: '[]', verdicts: '[]', at: 1, seq: 1 });
    const mine = { person_id: 'p', what: 'parked', holder: 'child', field: 'f', section: 'child', edit: 'pen.1' };
    await insert('mine', { ...inDocument, id: 'm', ...mine, value: '"words"', at: 1, seq: 1 });
    const file = { section: 's', person_id: 'p', name: 'n', type: 'image/png', size_bytes: 2 ** 33, sha256: 'h' };
    const state = { category: 'c', state: 'ready', stored_as: 'x', received_bytes: 1, at: 1, seq: 1 };
    await insert('attachment', { ...inDocument, id: 'f', ...file, ...state });
  });
}

async function contentsOf(storage: Storage): Promise<Map<string, readonly Record<string, unknown>[]>> {
  const contents = new Map<string, readonly Record<string, unknown>[]>();
  for (const { name } of await storage.db.introspection.getTables()) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)} order by 1`.execute(
      storage.db,
    );
    contents.set(name, rows);
  }
  return contents;
}
