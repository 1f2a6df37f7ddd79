import { describe } from 'vitest';
import { sqliteDatabase } from '#tests/hub/database.ts';
import { storageSuite } from './storage.suite.ts';

describe('SQLite', () => storageSuite(() => Promise.resolve(sqliteDatabase())));
