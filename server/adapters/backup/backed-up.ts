/** The note that the backup leaves for the server: how far everything is in it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackedUpHead } from './segment.ts';

export interface BackedUp {
  readonly at: number;
  readonly heads: readonly BackedUpHead[];
  /** The first moment that can still be restored. */
  readonly since: number;
}
const name = 'backed-up.json';

export function writeBackedUp(dataFolder: string, said: BackedUp): void {
  const path = join(dataFolder, name);
  writeFileSync(`${path}.part`, JSON.stringify(said), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

export function readBackedUp(dataFolder: string): BackedUp | undefined {
  const path = join(dataFolder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BackedUp) : undefined;
}
