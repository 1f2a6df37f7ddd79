/** Proves that the simulation can see: each planted defect is a patch of production code, applied to a copy of the tree. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMany } from './many.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('./planted', import.meta.url));
export const plantedDefects = readdirSync(folder)
  .filter((name) => name.endsWith('.patch'))
  .sort();

export interface Caught {
  readonly defect: string;
  readonly seeds: number;
  readonly saw: string | undefined;
}

export function appliesTo(defect: string): boolean {
  try {
    execFileSync('git', ['apply', '--check', join(folder, defect)], { cwd: top, stdio: 'pipe' });
    return true;
  } catch {
    // `git` says so by its exit status.
    return false;
  }
}

/** A patch that no longer applies throws: the defect must be planted anew. */
export async function lookFor(defect: string, seedsMax: number): Promise<Caught> {
  const copy = mkdtempSync(join(tmpdir(), 'ehc-planted-'));
  try {
    for (const part of ['sync', 'server', 'tests', 'package.json'])
      cpSync(join(top, part), join(copy, part), { recursive: true });
    cpSync(join(top, 'src/lib'), join(copy, 'src/lib'), { recursive: true });
    symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
    execFileSync('git', ['apply', '--unsafe-paths', `--directory=${copy}`, join(folder, defect)], {
      cwd: tmpdir(),
      stdio: 'pipe',
    });
    const result = await runMany(1, seedsMax, { at: copy, until: true });
    return { defect, seeds: result.seeds, saw: result.failures[0]?.failures[0] };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
