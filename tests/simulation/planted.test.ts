import { expect, test } from 'vitest';
import { appliesTo, lookFor, plantedDefects } from './planted.ts';

/** Seen within a few seeds; the whole set is looked for by `npm run simulate -- --planted`. */
const quick = ['01-known-edit-applied-again', '08-joined-with-a-sent-edit', '10-reader-sent-the-text-state'];

test('every planted defect still fits the code that it is planted in', () => {
  expect(plantedDefects.length).toBeGreaterThanOrEqual(20);
  expect(plantedDefects.filter((defect) => !appliesTo(defect))).toEqual([]);
});

test('planted defects are seen', { timeout: 10 * 60_000 }, async () => {
  for (const name of quick) {
    const { seeds, saw } = await lookFor(`${name}.patch`, 60);
    console.info(
      `planted ${name}: ${saw === undefined ? 'not seen' : `seen after ${String(seeds)} seeds: ${saw.slice(0, 160)}`}`,
    );
    expect(saw, name).toBeDefined();
  }
});
