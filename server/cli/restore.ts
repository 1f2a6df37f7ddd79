/** `hub restore`: puts a backup together in an empty folder, as the beginning of a new history. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folderPlace } from '#server/adapters/backup/place.ts';
import { BackupBroken, restoreBackup } from '#server/adapters/backup/restore.ts';
import { readPrivateKey } from '#server/adapters/backup/sealed.ts';
import { secondPlaceIn } from '#server/adapters/second-place/folder.ts';
import { systemPorts } from '#server/ports.ts';
import { beginNewHistory } from '#server/services/new-history.ts';
import { migrate, openDatabase } from '#server/storage/database.ts';
import { notingStorage } from '#server/storage/notes.ts';
import type { Command } from './command.ts';

export const restore: Command = {
  name: 'restore',
  usage:
    'restore --from <backup> --to <new data folder> --key <file with the private key> [--at <moment, such as 2026-11-22T16:00:00Z>] [--second-place <folder>]',
  async run({ from, to, key, at, 'second-place': second }) {
    if (typeof from !== 'string' || typeof to !== 'string' || typeof key !== 'string')
      return fault('--from, --to and --key are needed.');
    const moment = typeof at === 'string' ? Date.parse(at) : Infinity;
    if (Number.isNaN(moment)) return fault('--at is no moment.');
    const folder = resolve(to);
    const notes = typeof second === 'string' ? resolve(second) : join(folder, 'second-place');
    for (const one of [folder, notes])
      if (existsSync(one) && readdirSync(one).length > 0) return fault(`${one} is not empty. Nothing is written over.`);
    const privateKey = readPrivateKey(readFileSync(key, 'utf8'));
    if (privateKey === undefined) return fault('--key holds no private key of a backup.');
    try {
      const {
        at: until,
        steps,
        files,
        heads,
      } = restoreBackup(folderPlace(resolve(from)), privateKey, folder, notes, moment);
      const place = secondPlaceIn(notes, systemPorts.now);
      const storage = notingStorage(await openDatabase({ file: join(folder, 'hub.db') }), place);
      await migrate(storage);
      await beginNewHistory(storage, place, systemPorts);
      await storage.close();
      console.log(`Restored as of ${new Date(until).toISOString()}: ${String(steps)} steps, ${String(files)} files.`);
      for (const { seq } of heads) console.log(`  everything up to commit ${String(seq)} is there, and was checked`);
      console.log('Start the Hub with the same HUB_SECRET. Devices bring by themselves what is newer than this.');
      return 0;
    } catch (error) {
      if (error instanceof BackupBroken) return fault(error.message);
      // Node's ciphers say «not whole, or another key» by an error of their own.
      if (error instanceof Error && /auth|cut off|no part of a backup/i.test(error.message))
        return fault('The backup does not open with this key, or is damaged.');
      throw error;
    }
  },
};

function fault(said: string): number {
  console.error(`Nothing is restored: ${said}`);
  return 1;
}
