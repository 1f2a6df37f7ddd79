/** The project's own files, as the tidy tests look at them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const notOurs = new Set([
  'node_modules',
  '.git',
  '.svelte-kit',
  'build',
  'data',
  'test-results',
  'playwright-report',
  'package-lock.json',
]);

/** Paths from the top of the tree, with forward slashes, in order. */
export function filesUnder(folder = '.', ending = /./): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path, ending) : ending.test(entry.name) ? [path] : [];
    })
    .sort();
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
export const atTop = (path: string): string => join(root, path);

export const code = /\.(ts|js|svelte)$/;
export const testFile = /\.(test|journey)\.ts$/;
