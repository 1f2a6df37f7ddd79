import { expect, test } from 'vitest';
import type { By } from '#sync/protocol/changes.ts';
import { alsoOpen, alsoWriting } from './others.ts';

const by = (name: string, role = ''): By => ({ id: name as never, name, role });

test('one, two, three and many people are named in a sentence that stays short', () => {
  const [one, ...rest] = ['Ann Lee', 'Bo Dahl', 'Cy Fox', 'Di Ray', 'Ed Moss'].map((name) => by(name));
  expect(alsoWriting([by('Ann Lee', 'parent')])).toBe('Ann Lee (Parent or carer) is also writing here now');
  expect(alsoWriting([one!, rest[0]!])).toBe('Ann Lee and Bo Dahl are also writing here now');
  expect(alsoOpen([one!])).toBe('Ann Lee also has this request open');
  expect(alsoOpen([one!, ...rest.slice(0, 2)])).toBe('Ann Lee, Bo Dahl and Cy Fox also have this request open');
  expect(alsoOpen([one!, ...rest])).toBe('Ann Lee, Bo Dahl and 3 others also have this request open');
});
