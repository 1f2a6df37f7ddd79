/** `npm run simulate -- --seeds 20000 [--from 1]`, or `-- --planted`: the simulation at any length. */
import { parseArgs } from 'node:util';
import { belowFloor, print, runMany } from './many.ts';
import { lookFor, plantedDefects } from './planted.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    planted: { type: 'boolean', default: false },
  },
});

if (values.planted) {
  let caught = 0;
  for (const defect of plantedDefects) {
    const { seeds, saw } = await lookFor(defect, 2000);
    if (saw !== undefined) caught += 1;
    console.info(`${defect}: ${saw === undefined ? 'NOT SEEN' : `seen after ${String(seeds)} seeds: ${saw}`}`);
  }
  console.info(`planted defects: ${String(caught)} of ${String(plantedDefects.length)} caught`);
  process.exitCode = caught === plantedDefects.length ? 0 : 1;
} else {
  const result = await runMany(Number(values.from), Number(values.seeds));
  print(result);
  const below = belowFloor(result);
  if (below.length > 0) console.info(`too little happened: ${below.join('; ')}`);
  process.exitCode = result.failures.length === 0 && below.length === 0 ? 0 : 1;
}
