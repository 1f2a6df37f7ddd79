import { expect, test } from 'vitest';
import { firstLoad, nodesOfRoute } from './first-load.ts';

const app = `export const dictionary = {
		"/": [2],
		"/(app)/requests": [~5,[2],[,3]],
		"/(app)/requests/[id]": [6,[2]]
	};
`;

test('a page is found whatever groups it lies in, with its layouts and error pages', () => {
  expect(nodesOfRoute(app, '/')).toEqual([0, 1, 2]);
  expect(nodesOfRoute(app, '/requests')).toEqual([0, 1, 5, 2, 3]);
  expect(nodesOfRoute(app, '/nowhere')).toBeUndefined();
});

test('what is imported by what is imported is part of the first load; what waits to be asked for is not', () => {
  const manifest = {
    'x/client-optimized/app.js': { file: 'app.js' },
    'kit/client/entry.js': { file: 'start.js', imports: ['shared'] },
    'x/nodes/0.js': { file: '0.js', imports: ['shared', 'deep'] },
    shared: { file: 'shared.js', imports: ['deeper'] },
    deep: { file: 'deep.js' },
    deeper: { file: 'deeper.js' },
    later: { file: 'later.js' },
  };
  expect(firstLoad(manifest, [0]).sort()).toEqual(['0.js', 'app.js', 'deep.js', 'deeper.js', 'shared.js', 'start.js']);
  expect(firstLoad(manifest, [0], ['later'])).toContain('later.js');
  expect(() => firstLoad(manifest, [0, 9])).toThrow('other names');
  expect(() => firstLoad(manifest, [0], ['device.ts'])).toThrow('other names');
});
