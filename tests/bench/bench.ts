/** `npm run bench -- sync [storm|live|first|keystroke …] [--rounds 5] [--clients 200,1000,5000]` */
import { parseArgs } from 'node:util';
import { storm } from './storm.ts';
import { tell, type Figures } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '200' },
  },
});
const [, ...chosen] = positionals;
const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
const rounds = Number(values.rounds);
/** Of each started server: one that meets it cold, and three after it. */
const wavesEach = 4;

if (isChosen('storm'))
  for (const clients of values.clients.split(',').map(Number)) {
    const [cold, warm]: [Figures[], Figures[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      const [first, ...others] = await storm(clients, wavesEach, round);
      cold.push(...(first === undefined ? [] : [first]));
      warm.push(...others);
    }
    tell(`storm of ${String(clients)}, just started`, cold);
    tell(`storm of ${String(clients)}`, warm);
  }
