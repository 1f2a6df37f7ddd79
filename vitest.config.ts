import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './tests/run/browser.ts';

const never = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', '**/data/**'];

/** Two places to run in. Both look for tests from the top of the tree, wherever Vite's own root is. */
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
