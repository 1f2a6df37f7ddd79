import { expect, test } from 'vitest';
import { filesUnder, read } from './sources.ts';

const isSuite = (path: string) => path.endsWith('.suite.ts');
const files = filesUnder('server/storage', /\.ts$/).filter(
  (path) => !/\.test\.ts$|\/migrations\/|\/(dialect|prepared)\.ts$/.test(path),
);

test('everything that asks or changes the database is tried over both databases', () => {
  const questions = files
    .filter((path) => !isSuite(path))
    .flatMap((path) => [
      ...read(path).matchAll(/^export (?:async function|const) (\w+)(?: = (?:async )?)?\(\s*(?:db|tx): /gm),
    ])
    .map(([, name]) => name ?? '');
  const suites = [...files.filter(isSuite), 'tests/hub/rows.ts'].map(read).join('\n');
  expect(questions.length).toBeGreaterThan(80);
  expect(questions.filter((name) => !new RegExp(`\\b${name}\\(`).test(suites))).toEqual([]);
});
