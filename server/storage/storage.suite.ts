/** What every database must do for the Hub. `openEmpty` gives one that holds nothing. */
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from '#tests/hub/database.ts';
import { migrate, type Storage } from './database.ts';
import { documentsSuite } from './documents.suite.ts';
import { listsSuite } from './lists.suite.ts';
import { migrationsSuite } from './migrations.suite.ts';
import { peopleSuite } from './people.suite.ts';
import { restoredSuite } from './restored.suite.ts';
import { transactionsSuite } from './transactions.suite.ts';

export function storageSuite(openEmpty: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let storage: Storage;
  let other: Storage;
  beforeAll(async () => {
    database = await openEmpty();
    storage = await database.open();
    await migrate(storage);
    other = await database.openBeside(storage);
  });
  afterAll(async () => {
    await other.close();
    await storage.close();
    await database.dispose();
  });

  transactionsSuite(
    () => storage,
    () => other,
  );
  peopleSuite(() => storage);
  documentsSuite(() => storage);
  listsSuite(() => storage);
  restoredSuite(() => storage);
  migrationsSuite(openEmpty);
}
