/** Runs some seeds in a process of its own and says of each what happened, one line of JSON. */
import { run } from './run.ts';

const [first = 1, count = 1, stride = 1] = process.argv.slice(2).map(Number);
for (let at = 0; at < count; at += 1) {
  const { seed, steps, counts, failures } = await run(first + at * stride);
  process.stdout.write(`${JSON.stringify({ seed, steps, counts: Object.fromEntries(counts), failures })}\n`);
}
// Timers of killed servers and devices may still be armed; nothing of this run is wanted any more.
process.exit(0);
