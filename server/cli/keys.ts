/** `hub keys`: the pair of keys of the backups. Only the public one ever goes to the server. */
import { makeBackupKeys } from '#server/adapters/backup/sealed.ts';
import type { Command } from './command.ts';

export const keys: Command = {
  name: 'keys',
  usage: 'keys: makes the pair of keys of the backups. Run it away from the server.',
  run() {
    const { publicKey, privateKey } = makeBackupKeys();
    console.log(`For the server, as HUB_BACKUP_KEY:\n${publicKey}\n`);
    console.log(`To open backups with. Keep it in two safe places, and never on the server:\n${privateKey}`);
    return Promise.resolve(0);
  },
};
