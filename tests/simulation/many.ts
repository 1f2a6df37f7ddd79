/** Many seeds over all cores, added up. */
import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Many {
  readonly seeds: number;
  readonly steps: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly seed: number; readonly failures: readonly string[] }[];
}

/** Most of what a run makes is gone soon after: a large nursery is swept less often. */
const flags = ['--no-deprecation', '--max-semi-space-size=64'];

/** `until`: stops at the first failing seed. `at` is the tree whose code is run, this one if left out. */
export async function runMany(
  first: number,
  seeds: number,
  { at = fileURLToPath(new URL('../..', import.meta.url)), until = false, isTwice = false } = {},
): Promise<Many> {
  const workers = Math.min(seeds, availableParallelism());
  const total = {
    seeds: 0,
    steps: 0,
    counts: {} as Record<string, number>,
    failures: [] as { seed: number; failures: string[] }[],
  };
  const children = new Set<ChildProcess>();
  await Promise.all(
    Array.from(
      { length: workers },
      (_, index) =>
        new Promise<void>((resolve, reject) => {
          const count = Math.ceil((seeds - index) / workers);
          const child = spawn(
            process.execPath,
            [
              ...flags,
              'tests/simulation/worker.ts',
              ...[first + index, count, workers].map(String),
              isTwice ? 'twice' : 'once',
            ],
            { cwd: at, stdio: ['ignore', 'pipe', 'pipe'] },
          );
          children.add(child);
          let said = '';
          child.stderr.on('data', (chunk: Buffer) => {
            said += chunk.toString();
          });
          createInterface({ input: child.stdout }).on('line', (line) => {
            // A library says something of its own now and then.
            if (!line.startsWith('{')) return;
            const report = JSON.parse(line) as {
              seed: number;
              steps: number;
              counts: Record<string, number>;
              failures: string[];
            };
            total.seeds += 1;
            total.steps += report.steps;
            for (const [what, many] of Object.entries(report.counts))
              total.counts[what] = (total.counts[what] ?? 0) + many;
            if (report.failures.length === 0) return;
            total.failures.push(report);
            if (until) for (const one of children) one.kill('SIGKILL');
          });
          child.on('error', reject);
          child.on('close', (code) => {
            if (code === 0 || (until && total.failures.length > 0)) return resolve();
            total.failures.push({
              seed: first + index,
              failures: [`a worker ended with ${String(code)}: ${said.slice(-2000)}`],
            });
            resolve();
          });
        }),
    ),
  );
  return total;
}

/** What a run must really have done, per 100 seeds; below that it proved nothing. */
export const floors: Readonly<Record<string, number>> = {
  drop: 20,
  'lost-reply': 15,
  duplicate: 30,
  delay: 40,
  'late-request': 5,
  'late-reply': 10,
  'half-sent': 8,
  offline: 500,
  'server-down': 150,
  'kill-device': 30,
  'kill-server-before-commit': 4,
  'kill-server-after-commit': 4,
  'kill-server-idle': 4,
  'wrong-clock': 60,
  'clock-jump': 20,
  quota: 100,
  'time-zone': 20,
  'summer-time': 3,
  'put-back': 10,
  'second tab': 15,
  'parked newer-app': 5,
  'tried again': 2,
  'account closed': 4,
  'account opened again': 1,
  conflicts: 30,
  overtaken: 2,
  'parked edits': 60,
  grants: 30,
  withdrawals: 15,
  'delete-draft': 10,
  'restore-draft': 1,
  submitted: 20,
  'edits saved': 800,
  'claims judged': 800,
  'frames judged': 1_000,
  'words judged': 2_000,
  'rows judged': 8_000,
};

export const belowFloor = ({ seeds, counts }: Many): string[] =>
  Object.entries(floors)
    .filter(([what, floor]) => (counts[what] ?? 0) < (floor * seeds) / 100)
    .map(([what, floor]) => `${what}: ${String(counts[what] ?? 0)} of ${String((floor * seeds) / 100)}`);

export function print({ seeds, steps, counts, failures }: Many): void {
  const line = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, many]) => `${what} ${String(many)}`)
    .join(', ');
  console.info(
    `simulation: ${String(seeds)} seeds, ${String(steps)} steps (${(steps / seeds).toFixed(1)} a seed); ${line}; ${String(failures.length)} failing`,
  );
  for (const { seed, failures: said } of failures)
    console.info(`  seed ${String(seed)}: ${said.slice(0, 5).join('; ')}`);
}
