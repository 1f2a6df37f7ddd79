import { expect, test } from 'vitest';
import { filesUnder, read } from './sources.ts';

/** Where somebody keeps their files. Put together here, so that this file does not find itself. */
const places = ['ho' + 'me', 'ro' + 'ot', 'Us' + 'ers', 'wo' + 'rk'].join('|');
const machinePath = new RegExp(`(^|["'\`\\s(=:])/(${places})/[\\w.-]|[A-Z]:\\\\\\\\?Us` + `ers`);

test('nothing in the tree knows the machine it was written on', () => {
  const files = filesUnder('.', /\.(ts|js|json|svelte|md|html|scss|webmanifest)$|^run$|^\.\w+/);
  const found = files.filter((path) =>
    read(path)
      .split('\n')
      .some((line) => machinePath.test(line)),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
