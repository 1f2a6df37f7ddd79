/**
 * `npm run simulate -- --seeds 20000 [--from 1]`: the simulation at any length, first the cases that were found before, and
 * some seeds twice. A failing seed is made smaller and kept as a file. `-- --planted`: can it see?
 */
import { parseArgs } from 'node:util';
import { belowFloor, print, runMany } from './many.ts';
import { lookFor, plantedDefects } from './planted.ts';
import { keepFound, replayFound, shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    planted: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const twiceSeeds = 10;
/** From here on a run is long enough to say that something never happened. */
const longSeeds = 200;

process.exitCode = (await (values.planted ? lookForPlanted() : simulate())) ? 0 : 1;

async function lookForPlanted(): Promise<boolean> {
  const wanted = plantedDefects.filter((name) => name.includes(values.only));
  let caught = 0;
  for (const defect of wanted) {
    const { seeds, saw } = await lookFor(defect, 2000);
    if (saw !== undefined) caught += 1;
    console.info(`${defect}: ${saw === undefined ? 'NOT SEEN' : `seen after ${String(seeds)} seeds: ${saw}`}`);
  }
  console.info(`planted defects: ${String(caught)} of ${String(wanted.length)} caught`);
  return caught === wanted.length;
}

async function simulate(): Promise<boolean> {
  const found = await replayFound();
  for (const { name, saw } of found) if (saw !== undefined) console.info(`${name} fails again: ${saw}`);
  console.info(`cases found before: ${String(found.length)} replayed`);
  const from = Number(values.from);
  const twice = await runMany(from, twiceSeeds, { isTwice: true });
  for (const { seed, failures } of twice.failures) console.info(`seed ${String(seed)} twice: ${failures.join('; ')}`);
  const result = await runMany(from, Number(values.seeds));
  print(result);
  for (const { seed } of result.failures.slice(0, 3)) {
    const small = await shrink(seed);
    if (small === undefined) continue;
    keepFound(small);
    console.info(`seed ${String(seed)} made smaller: ${JSON.stringify(small)}`);
  }
  const below = result.seeds < longSeeds ? [] : belowFloor(result);
  if (below.length > 0) console.info(`too little happened: ${below.join('; ')}`);
  const isFine = [...result.failures, ...twice.failures].length === 0 && found.every(({ saw }) => saw === undefined);
  return isFine && below.length === 0;
}
