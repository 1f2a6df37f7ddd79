/** Builds the app that the server hands out, when it is missing or older than what it is made of. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['src', 'sync', 'static', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'];

/** Throws when the build fails: a server with yesterday's app would look healthy and be wrong. */
export function buildAppWhenStale(): void {
  if (
    !isStale(
      join(root, 'build/200.html'),
      sources.map((source) => join(root, source)),
    )
  )
    return;
  console.log('Building the app. This takes a few seconds, and only the first time.');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The app could not be built.\n${stdout}\n${stderr}`);
}

/** True when `made` does not exist or anything in `from` was changed after it. */
export function isStale(made: string, from: readonly string[]): boolean {
  const builtAt = changedAt(made);
  return builtAt === undefined || from.some((path) => newest(path) > builtAt);
}

function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // Kit writes its generated types inside `src`, so looking there would make every build stale at once.
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && !name.includes('.test.'));
  return Math.max(0, ...names.map((name) => newest(join(path, name))));
}

const changedAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
