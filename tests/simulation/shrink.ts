/**
 * Makes a failing run smaller: without faults and steps that it fails without. What is left is a file, replayed before
 * anything else for ever.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lineFaults } from './network.ts';
import { run } from './run.ts';
import { otherFaults, stepsMost } from './plan.ts';

export interface Found {
  readonly seed: number;
  readonly withoutFaults: readonly string[];
  readonly withoutSteps: readonly number[];
  /** What was seen when it was found. */
  readonly saw: string;
}
const folder = fileURLToPath(new URL('./found/', import.meta.url));
const triesMax = 80;

export async function shrink(seed: number): Promise<Found | undefined> {
  let tries = 0;
  const faults = new Set<string>();
  let steps = new Set<number>();
  const sawWith = async (withoutFaults: ReadonlySet<string>, withoutSteps: ReadonlySet<number>) => {
    tries += 1;
    return (await run(seed, { withoutFaults, withoutSteps })).failures[0];
  };
  let saw = await sawWith(faults, steps);
  if (saw === undefined) return undefined;
  for (const fault of [...lineFaults, ...otherFaults]) {
    const less = await sawWith(new Set([...faults, fault]), steps);
    if (less === undefined) continue;
    saw = less;
    faults.add(fault);
  }
  for (let size = Math.ceil(stepsMost / 2); size >= 1 && tries < triesMax; size = Math.floor(size / 2)) {
    for (let at = 0; at < stepsMost && tries < triesMax; at += size) {
      const more = new Set([...steps, ...Array.from({ length: size }, (_, next) => at + next)]);
      if (more.size === steps.size) continue;
      const less = await sawWith(faults, more);
      if (less === undefined) continue;
      saw = less;
      steps = more;
    }
  }
  return { seed, withoutFaults: [...faults], withoutSteps: [...steps].sort((a, b) => a - b), saw };
}

export function keepFound(found: Found): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}seed-${String(found.seed)}.json`, `${JSON.stringify(found, undefined, 2)}\n`);
}

/** Every case that was ever found, again: what each sees now. */
export async function replayFound(): Promise<{ readonly name: string; readonly saw: string | undefined }[]> {
  const replayed = [];
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)
    .filter((one) => one.endsWith('.json'))
    .sort()) {
    const found = JSON.parse(readFileSync(folder + name, 'utf8')) as Found;
    const { failures } = await run(found.seed, {
      withoutFaults: new Set(found.withoutFaults),
      withoutSteps: new Set(found.withoutSteps),
    });
    replayed.push({ name, saw: failures[0] });
  }
  return replayed;
}
