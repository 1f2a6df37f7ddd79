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

/** `until`: stops at the first failing seed. `at` is the tree whose code is run, this one if left out. */
export async function runMany(
  first: number,
  seeds: number,
  { at = fileURLToPath(new URL('../..', import.meta.url)), until = false } = {},
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
            ['tests/simulation/worker.ts', String(first + index), String(count), String(workers)],
            { cwd: at, stdio: ['ignore', 'pipe', 'pipe'] },
          );
          children.add(child);
          let said = '';
          child.stderr.on('data', (chunk: Buffer) => {
            said += chunk.toString();
          });
          createInterface({ input: child.stdout }).on('line', (line) => {
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
  drop: 200,
  'lost-reply': 200,
  duplicate: 150,
  delay: 300,
  offline: 500,
  'server-down': 300,
  'kill-device': 300,
  'kill-before-commit': 40,
  'kill-after-commit': 40,
  'wrong-clock': 100,
  'clock-jump': 10,
  conflicts: 25,
  overtaken: 5,
  'parked edits': 10,
  grants: 100,
  withdrawals: 20,
  submitted: 15,
  'edits saved': 1_500,
  'claims judged': 1_200,
  'frames judged': 5_000,
  'words judged': 4_000,
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
    `simulation: ${String(seeds)} seeds, ${String(steps)} steps; ${line}; ${String(failures.length)} failing`,
  );
  for (const { seed, failures: said } of failures)
    console.info(`  seed ${String(seed)}: ${said.slice(0, 5).join('; ')}`);
}
