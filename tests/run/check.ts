/** `npm run check`: everything that can be known without running the Hub. All steps run, so that one look shows all. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const steps: readonly [name: string, ...command: string[]][] = [
  ['format', 'node_modules/prettier/bin/prettier.cjs', '--check', '.'],
  ['build', 'node_modules/vite/bin/vite.js', 'build'],
  ['types', 'tests/run/types.ts'],
  ['lint', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'],
  ['dead code', 'node_modules/knip/bin/knip.js'],
  ['size of the first load', 'tests/run/size.ts'],
];

const failed = steps.filter(([name, ...command]) => !passes(name, command)).map(([name]) => name);
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);

function passes(name: string, command: string[]): boolean {
  console.log(`\n— ${name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(status === 0 ? `${name}: good (${seconds} s)` : `${name}: FAILED (${seconds} s)`);
  return status === 0;
}
