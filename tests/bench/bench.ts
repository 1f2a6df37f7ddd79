/** `npm run bench -- sync [ceiling|storm|live|first|idle|keystroke …] [--rounds 5] [--clients 200,1000] [--cases 7235] [--seconds 20] [--kilobytes 1,50,500]` */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { bareCommits, bareEcho } from './ceiling.ts';
import { firstSync, type FirstSync } from './first-sync.ts';
import { idle } from './idle.ts';
import { keystroke } from './keystroke.ts';
import { everyMs, live, pairsOfPeople } from './live.ts';
import { liveFloor } from './live-floor.ts';
import { hasTwoCores, pinned } from './prepared-hub.ts';
import { storm } from './storm.ts';
import { mediansOf, tell, type Figures } from './report.ts';

// On a core of its own, as the server is: neither is measured at the other's cost.
if (hasTwoCores && process.platform === 'linux' && process.env.HUB_BENCH_PINNED === undefined) {
  const [program = '', ...given] = pinned('own', [process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  const { status } = spawnSync(program, given, { stdio: 'inherit', env: { ...process.env, HUB_BENCH_PINNED: 'yes' } });
  process.exit(status ?? 1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '200' },
    cases: { type: 'string', default: '7235' },
    seconds: { type: 'string', default: '20' },
    kilobytes: { type: 'string', default: '1,50,500' },
  },
});
const [, ...chosen] = positionals;
const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
const rounds = Number(values.rounds);
/** Of each started server: one that meets it cold, and three after it. */
const wavesEach = 4;

if (isChosen('ceiling')) {
  const done: Figures[] = [];
  for (let round = 1; round <= rounds; round += 1) done.push({ ...bareCommits(), ...(await bareEcho()) });
  tell('bare parts', done);
}
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
if (isChosen('live')) {
  const [done, floors]: [Figures[], Figures[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    floors.push(await liveFloor(pairsOfPeople, everyMs, Number(values.seconds)));
    done.push(await live(Number(values.seconds)));
  }
  tell('live, the floor', floors);
  tell('live', done, mediansOf(floors));
}
if (isChosen('first'))
  for (const cases of values.cases.split(',').map(Number)) {
    const done: FirstSync[] = [];
    for (let round = 1; round <= rounds; round += 1) done.push(await firstSync(cases, round));
    tell(
      `first sync of ${String(cases)}, just started`,
      done.map(({ cold }) => cold),
    );
    tell(
      `first sync of ${String(cases)}`,
      done.flatMap(({ warm }) => warm),
    );
  }
if (isChosen('idle'))
  for (const clients of values.clients.split(',').map(Number)) {
    const done: Figures[] = [];
    for (let round = 1; round <= rounds; round += 1) done.push(await idle(clients));
    tell(`idle, ${String(clients)} clients`, done);
  }
if (isChosen('keystroke'))
  for (const kilobytes of values.kilobytes.split(',').map(Number)) {
    const done: Figures[] = [];
    for (let round = 1; round <= rounds; round += 1) done.push(await keystroke(kilobytes));
    tell(`keystroke in ${String(kilobytes)} KB`, done);
  }
