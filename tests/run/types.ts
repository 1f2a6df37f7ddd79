/** `npm run types`: each side by its own compiler options, and the screens with their templates. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const tsc = 'node_modules/typescript/bin/tsc';
const steps: readonly string[][] = [
  // Kit writes the types of addresses and of the environment, which the others read.
  ['node_modules/@sveltejs/kit/svelte-kit.js', 'sync'],
  [tsc, '--project', 'sync'],
  [tsc, '--project', 'server'],
  ...(existsSync(join(root, 'src/service-worker/index.ts')) ? [[tsc, '--project', 'src/service-worker']] : []),
  [
    'node_modules/svelte-check/bin/svelte-check',
    '--tsconfig',
    'tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ],
];

const failed = steps.filter((step) => spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' }).status !== 0);
process.exit(failed.length === 0 ? 0 : 1);
