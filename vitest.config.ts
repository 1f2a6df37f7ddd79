import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './tests/run/browser.ts';

/** Tests of services that must hold over PostgreSQL just as they do over SQLite: the same files, run once more. */
const overBothDatabases = [
  'server/services/apply-push.test.ts',
  'server/services/changes-since.test.ts',
  'server/services/list-snapshots.test.ts',
  'server/services/run-commands.test.ts',
  'server/services/send-messages.test.ts',
  'server/services/try-again.test.ts',
  'server/services/demonstration.test.ts',
  'server/routes/sync.test.ts',
  'server/routes/sign-in.test.ts',
  'server/routes/files-photo.test.ts',
];
const never = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', '**/data/**'];

/** Node, Node with PostgreSQL, and a browser. All look for tests from the top of the tree, wherever Vite's own root is. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // Without Kit: what runs in Node is no screen, and 300 small tests start in a second instead of five.
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'node',
          dir: import.meta.dirname,
          environment: 'node',
          include: ['**/*.test.ts'],
          exclude: [...never, '**/*.browser.test.ts', '**/*.postgres.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'postgres',
          dir: import.meta.dirname,
          environment: 'node',
          env: { HUB_TEST_DATABASE: 'postgres' },
          globalSetup: './tests/postgres/vitest-setup.ts',
          include: ['**/*.postgres.test.ts', ...overBothDatabases],
          exclude: never,
          // Guards against what hangs, wide enough for a machine that is busy.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: './vite.config.ts',
        root: `${import.meta.dirname}/src`,
        test: {
          name: 'browser',
          dir: import.meta.dirname,
          include: ['**/*.browser.test.ts'],
          exclude: never,
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
