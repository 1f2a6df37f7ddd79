import { expect, test } from 'vitest';
import { about } from './about.ts';

test('what is said of a question follows it as people write it', () => {
  expect(about('First name', 'there are 2 different answers')).toBe('First name: there are 2 different answers');
  expect(about('Do you agree?', 'there are 2 different answers')).toBe('Do you agree? There are 2 different answers');
});
