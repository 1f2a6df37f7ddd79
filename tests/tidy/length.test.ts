import { expect, test } from 'vitest';
import { filesUnder, read } from './sources.ts';

/** Definitions are read like a law, from top to bottom; everything else should be understood in one look. */
const definitions = /^sync\/(forms|code-lists)\//;
const files = filesUnder('.', /\.(ts|js|svelte|scss)$/);

test('no source file is longer than a reader can keep in mind', () => {
  const tooLong = files
    .map((path) => ({ path, lines: read(path).trimEnd().split('\n').length, most: definitions.test(path) ? 800 : 400 }))
    .filter(({ lines, most }) => lines > most)
    .map(({ path, lines, most }) => `${path}: ${lines} lines, at most ${most}`);
  expect(files.length).toBeGreaterThan(50);
  expect(tooLong).toEqual([]);
});

test('files are named in kebab-case, components in PascalCase', () => {
  const usual =
    /^(\.?[a-z0-9]+([-.][a-z0-9]+)*\.(ts|js|scss)|_[a-z-]+\.scss|[A-Z][A-Za-z0-9]*\.svelte|\+[a-z]+(@.*)?\.(ts|svelte))$/;
  const wrong = files.filter((path) => !usual.test(path.split('/').at(-1) ?? ''));
  expect(wrong).toEqual([]);
});
