/** `npm run hub -- <command>`: what is done to a Hub from its machine's own terminal. */
import './node-24.js';
import { parseArgs } from 'node:util';
import { backup } from './cli/backup.ts';
import type { Command } from './cli/command.ts';
import { closeAccount, endRole, revokeDevices } from './cli/end-rights.ts';
import { keys } from './cli/keys.ts';
import { restore } from './cli/restore.ts';
import { verifyAudit } from './cli/verify-audit.ts';

const commands: readonly Command[] = [keys, backup, restore, closeAccount, endRole, revokeDevices, verifyAudit];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    once: { type: 'boolean' },
    ...Object.fromEntries(
      ['from', 'to', 'key', 'at', 'second-place', 'authority', 'role', 'keep-days'].map((name) => [
        name,
        { type: 'string' as const },
      ]),
    ),
  },
});
const command = commands.find(({ name }) => name === positionals[0]);
if (command === undefined) {
  console.error(['npm run hub -- <command>', ...commands.map(({ usage }) => `  ${usage}`)].join('\n'));
  process.exit(1);
}
process.exitCode = await command.run(values);
