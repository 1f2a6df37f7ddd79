/**
 * `npm test`: every test of every runner, one after the other, and one plain line at the end that says how it went.
 * A runner that finds nothing, skips something or dies is a failure: silence must never look like success.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAppWhenStale } from '../../server/app-build.ts';
import { findBrowser } from './browser.ts';
import { countsOfPlaywright, countsOfVitest, type Counts } from './counts.ts';

const root = join(import.meta.dirname, '../..');
const reports = mkdtempSync(join(tmpdir(), 'hub-tests-'));

process.env.CHROMIUM_PATH = findBrowser();
console.log(`Browser: ${process.env.CHROMIUM_PATH}`);
buildAppWhenStale();

const all: Counts[] = [vitest('node')];
// The units of the screens came later than the journeys through them: no file of this kind is no omission.
if (exists('{src,sync,tests}/**/*.browser.test.ts')) all.push(vitest('browser'));
all.push(journeys());
rmSync(reports, { recursive: true });

const passed = sum(all.map((counts) => counts.passed));
const failed = sum(all.map((counts) => counts.failed));
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function vitest(project: string): Counts {
  const report = join(reports, `${project}.json`);
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const options = [
    'run',
    '--project',
    `${project}*`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const ended = run([program, ...options]);
  return told(`${project} tests`, countsOfVitest(report, ended));
}

function journeys(): Counts {
  if (!exists('tests/journeys/**/*.journey.ts')) {
    console.log('There is no journey to run.');
    return told('journeys', { passed: 0, failed: 1 });
  }
  const report = join(reports, 'journeys.json');
  const program = join(root, 'node_modules/@playwright/test/cli.js');
  const ended = run([program, 'test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return told('journeys', countsOfPlaywright(report, ended));
}

function run(args: string[], env: Record<string, string> = {}): boolean {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0;
}

function told(name: string, counts: Counts): Counts {
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}

function exists(pattern: string): boolean {
  return globSync(pattern, { cwd: root, exclude: (name) => name === 'node_modules' }).length > 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
