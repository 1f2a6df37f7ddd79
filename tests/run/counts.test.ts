import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countsOfPlaywright, countsOfVitest } from './counts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-counts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const good = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

test('a good run is counted as it was', () => {
  expect(countsOfVitest(report(good), true)).toEqual({ passed: 3, failed: 0 });
});

test('a skipped test is a failed test', () => {
  expect(countsOfVitest(report({ ...good, numPendingTests: 2 }), true)).toEqual({ passed: 3, failed: 2 });
});

test('a test file that cannot be loaded is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(countsOfVitest(report({ ...good, testResults }), false)).toEqual({ passed: 3, failed: 1 });
});

test('a run without tests, without a report or with a bad end is a failure', () => {
  expect(countsOfVitest(report({ ...good, numPassedTests: 0 }), true).failed).toBe(1);
  expect(countsOfVitest(report(good), false).failed).toBe(1);
  expect(countsOfVitest(join(folder, 'none.json'), true).failed).toBe(1);
});

test('a journey that passed only at the second attempt is a failure', () => {
  const stats = { expected: 4, unexpected: 0, flaky: 1, skipped: 0 };
  expect(countsOfPlaywright(report({ stats, errors: [] }), true)).toEqual({ passed: 4, failed: 1 });
});

function report(content: unknown): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}
