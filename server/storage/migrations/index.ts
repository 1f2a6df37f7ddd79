/** Every migration, in order. A released one is never changed: the next one puts it right. */
import type { Kysely } from 'kysely';
import { up as first } from './0001-first.ts';
import { up as settings } from './0002-settings.ts';
import { up as triedAgain } from './0003-tried-again.ts';
import { up as copies } from './0004-copies.ts';
import { up as restored } from './0006-restored.ts';

export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}

export const migrations: readonly Migration[] = [
  { name: '0001-first', up: first },
  { name: '0002-settings', up: settings },
  { name: '0003-tried-again', up: triedAgain },
  { name: '0004-copies', up: copies },
  { name: '0006-restored', up: restored },
];
