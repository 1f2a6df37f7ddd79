/** `npm run kills -- --kills N [--seed S]`: the same as the test, as often as one likes. */
import { parseArgs } from 'node:util';
import { killAtRandom } from './kills.ts';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const kills = Number(values.kills ?? 1_000);
const seed = Number(values.seed ?? 1);
const started = Date.now();
const told = await killAtRandom({ kills, seed });
console.log(
  JSON.stringify({
    seed,
    seconds: Math.round((Date.now() - started) / 1000),
    ...told,
    lost: told.lost.length,
    doubled: told.doubled.length,
  }),
);
process.exit(told.lost.length + told.doubled.length + told.faults.length === 0 && told.kills === kills ? 0 : 1);
