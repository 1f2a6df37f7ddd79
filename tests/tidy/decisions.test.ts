import { expect, test } from 'vitest';
import { filesUnder, read } from './sources.ts';

const decisions = filesUnder('.', /\.md$/).filter((path) => path.includes('/decisions/'));

test('each decision has a number of its own in the whole project', () => {
  const numbers = decisions.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? `not numbered: ${path}`);
  expect(decisions.length).toBeGreaterThan(0);
  expect(numbers.filter((number) => number.startsWith('not'))).toEqual([]);
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});

test('each decision says what was decided and what was given up, on one page', () => {
  const wrong = decisions.filter((path) => {
    const text = read(path);
    return (
      !/^# \S/.test(text) ||
      !/\*\*Decision\.\*\*/.test(text) ||
      !/\*\*What (we gave up|it costs)\.\*\*/.test(text) ||
      text.split('\n').length > 70
    );
  });
  expect(wrong).toEqual([]);
});
