import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale } from './app-build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-build-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('an app that was never built is built', () => {
  write('src/page.svelte', 100);
  expect(isStale(join(folder, 'build.html'), [join(folder, 'src')])).toBe(true);
});

test('an app newer than everything it is made of is left alone', () => {
  write('src/deep/page.svelte', 100);
  write('build.html', 200);
  expect(isStale(join(folder, 'build.html'), [join(folder, 'src'), join(folder, 'nothing-here')])).toBe(false);
});

test('a change deep in the sources makes the app stale', () => {
  write('build.html', 200);
  write('src/deep/page.svelte', 300);
  expect(isStale(join(folder, 'build.html'), [join(folder, 'src')])).toBe(true);
});

test('generated types and tests do not make the app stale', () => {
  write('build.html', 200);
  write('src/node_modules/types.d.ts', 300);
  write('src/page.test.ts', 300);
  expect(isStale(join(folder, 'build.html'), [join(folder, 'src')])).toBe(false);
});

function write(path: string, seconds: number): void {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, '');
  utimesSync(full, seconds, seconds);
}
