import { expect, test } from 'vitest';
import { lookFor, plantedDefects } from './planted.ts';

test('every planted defect is seen', { timeout: 15 * 60_000 }, async () => {
  expect(plantedDefects.length).toBeGreaterThanOrEqual(4);
  let caught = 0;
  for (const defect of plantedDefects) {
    const { seeds, saw } = await lookFor(defect, 60);
    console.info(
      `planted ${defect}: ${saw === undefined ? 'not seen' : `seen after ${String(seeds)} seeds: ${saw.slice(0, 160)}`}`,
    );
    expect(saw, defect).toBeDefined();
    caught += 1;
  }
  console.info(`planted defects: ${String(caught)} of ${String(plantedDefects.length)} caught`);
});
