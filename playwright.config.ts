import { defineConfig } from '@playwright/test';
import { launchOptions } from './tests/run/browser.ts';

/** Each journey starts a server of its own on a port and data folder of its own, so that they may run side by side. */
export default defineConfig({
  testDir: './tests/journeys',
  // Two servers over one PostgreSQL instead of one over SQLite.
  ...(process.env.HUB_TEST_DATABASE === 'postgres' && { globalSetup: './tests/postgres/playwright-setup.ts' }),
  testMatch: '**/*.journey.ts',
  outputDir: './test-results',
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  // Guards against what hangs, wide enough for a machine that is busy: no journey is judged by its time.
  timeout: 480_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: { actionTimeout: 60_000, launchOptions: launchOptions(), locale: 'en-GB', timezoneId: 'Europe/London' },
});
