/** `npm run kills -- --kills N [--seed S] [--within SECONDS]`: the same as the test, as often or as long as one likes. */
import { parseArgs } from 'node:util';
import { killAtRandom } from './kills.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, within: { type: 'string' } },
});
const kills = Number(values.kills ?? 1_000);
const seed = Number(values.seed ?? 1);
const withinMs = values.within === undefined ? Infinity : Number(values.within) * 1000;
const started = Date.now();
const told = await killAtRandom({ kills, seed, withinMs });
console.log(
  JSON.stringify({
    seed,
    seconds: Math.round((Date.now() - started) / 1000),
    ...told,
    lost: told.lost.length,
    doubled: told.doubled.length,
  }),
);
const isEnough = told.kills === kills || (withinMs < Infinity && told.kills > 0);
process.exit(told.lost.length + told.doubled.length + told.faults.length === 0 && isEnough ? 0 : 1);
