/** Runs some seeds in a process of its own and says of each what happened, one line of JSON; `twice` compares two runs of each. */
import { run } from './run.ts';

const [first = 1, count = 1, stride = 1] = process.argv.slice(2, 5).map(Number);
const isTwice = process.argv[5] === 'twice';
for (let at = 0; at < count; at += 1) {
  const part = { isTraced: isTwice };
  const { seed, steps, counts, failures, digest } = await run(first + at * stride, part);
  const said = [...failures];
  if (isTwice && digest !== (await run(seed, part)).digest) said.push('two runs of one seed differ');
  process.stdout.write(`${JSON.stringify({ seed, steps, counts: Object.fromEntries(counts), failures: said })}\n`);
}
// Timers of killed servers and devices may still be armed; nothing of this run is wanted any more.
process.exit(0);
