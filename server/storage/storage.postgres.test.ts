import { describe } from 'vitest';
import { postgresDatabase } from '#tests/postgres/databases.ts';
import { storageSuite } from './storage.suite.ts';

describe('PostgreSQL', () => storageSuite(() => postgresDatabase('empty')));
