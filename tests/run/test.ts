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

const all: Counts[] = [vitest('node', 'postgres')];
// The units of the screens came later than the journeys through them: no file of this kind is no omission.
if (exists('{src,sync,tests}/**/*.browser.test.ts')) all.push(vitest('browser'));
all.push(journeys('journeys', ['*']));
// All of them pass so; these three have files, conflicts and rights, and take the least time.
const overTwoServers = ['photo-of-a-child', 'two-devices-two-people', 'without-rights'];
all.push(journeys('journeys over two servers and one PostgreSQL', overTwoServers, { HUB_TEST_DATABASE: 'postgres' }));
rmSync(reports, { recursive: true });

const passed = sum(all.map((counts) => counts.passed));
const failed = sum(all.map((counts) => counts.failed));
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function vitest(...projects: string[]): Counts {
  const name = projects.join(' and ');
  const report = join(reports, `${projects.join('-')}.json`);
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const options = [
    'run',
    ...projects.flatMap((project) => ['--project', `${project}*`]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const ended = run([program, ...options]);
  return told(`${name} tests`, countsOfVitest(report, ended));
}

function journeys(name: string, stories: readonly string[], env: Record<string, string> = {}): Counts {
  const missing = stories.filter((story) => !exists(`tests/journeys/**/${story}.journey.ts`));
  if (missing.length > 0) {
    console.log(`There is no journey to run: ${missing.join(', ')}`);
    return told(name, { passed: 0, failed: 1 });
  }
  const report = join(reports, `${name}.json`);
  const program = join(root, 'node_modules/@playwright/test/cli.js');
  const files = stories.includes('*') ? [] : stories.map((story) => `${story}.journey.ts`);
  const ended = run([program, 'test', ...files, '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    ...env,
  });
  return told(name, countsOfPlaywright(report, ended));
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
