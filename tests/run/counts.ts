/** What the runners' own reports say. `ended` is whether the runner itself called its run good. */
import { existsSync, readFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

export function countsOfVitest(path: string, ended: boolean): Counts {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  // A file that could not be loaded has no tests in it to count, so it counts itself.
  const unread = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + unread.length;
  return honest({ passed: report.numPassedTests, failed }, ended);
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

export function countsOfPlaywright(path: string, ended: boolean): Counts {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const { stats, errors } = JSON.parse(readFileSync(path, 'utf8')) as PlaywrightReport;
  return honest(
    { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length },
    ended,
  );
}

/** A run without a test, and one that ended badly although each test passed, are failures as well. */
function honest(counts: Counts, ended: boolean): Counts {
  const isSilent = counts.failed === 0 && (counts.passed === 0 || !ended);
  return isSilent ? { ...counts, failed: 1 } : counts;
}
