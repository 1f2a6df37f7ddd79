import { expect, test } from 'vitest';
import { filesUnder, read, testFile } from './sources.ts';

const files = filesUnder('.', testFile);
/** Written so that this file does not find itself. */
const waysToSkip = [
  /\b(test|it|describe)(\.\w+)*\.(skip|only|todo|fixme|fails|fail|skipIf|runIf)\b/,
  /\b(xit|xtest|xdescribe|fit|fdescribe)\(/,
  /\b(ctx|context|t|testInfo)\.skip\(/,
];

test('no test is skipped, marked for later or run alone', () => {
  const skipped = files.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => waysToSkip.some((way) => way.test(line)))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(skipped).toEqual([]);
});

test('every test file has a test in it, in the place that its ending tells', () => {
  const empty = files.filter((path) => !/\b(test|it)(\.each)?\(|\b\w+(Laws|Suite)\(/.test(read(path)));
  const misplaced = files.filter((path) => path.endsWith('.journey.ts') && !path.startsWith('tests/journeys/'));
  expect(empty).toEqual([]);
  expect(misplaced).toEqual([]);
});
