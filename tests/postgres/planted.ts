/** Plants a defect in a copy of the tree, and lets several servers over PostgreSQL show it. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Followed } from './skipped-rows.ts';

const top = join(import.meta.dirname, '../..');

/**
 * Until a row was skipped, or this many runs saw nothing. A patch that no longer applies throws: the defect must be
 * planted anew. `patch` is a file beside this one, or undefined for the tree as it is.
 */
export async function lookForSkippedRows(
  patch: string | undefined,
  { runsMax, rounds = 20 }: { runsMax: number; rounds?: number },
): Promise<Followed & { readonly runs: number }> {
  const copy = mkdtempSync(join(tmpdir(), 'hub-planted-'));
  try {
    for (const part of ['sync', 'server', 'tests', 'package.json'])
      cpSync(join(top, part), join(copy, part), { recursive: true });
    symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
    if (patch !== undefined)
      execFileSync(
        'git',
        ['apply', '--unsafe-paths', `--directory=${copy}`, join(import.meta.dirname, 'planted', patch)],
        { cwd: tmpdir(), stdio: 'pipe' },
      );
    let sum = { commits: 0, looks: 0, skipped: 0 };
    let runs = 0;
    while (runs < runsMax && sum.skipped === 0) {
      const program = join(copy, 'tests/postgres/skipped-rows.ts');
      const { stdout } = await promisify(execFile)(process.execPath, [program, String(rounds)], {
        cwd: copy,
        env: { ...process.env, HUB_TEST_DATABASE: 'postgres' },
      });
      const { commits, looks, skipped } = JSON.parse(stdout) as Followed;
      sum = { commits: sum.commits + commits, looks: sum.looks + looks, skipped: sum.skipped + skipped };
      runs += 1;
    }
    return { ...sum, runs };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
