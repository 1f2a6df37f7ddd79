/** A Hub with a running backup, the machine that is lost, and the way back that the README tells. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { test as base } from './journey.ts';

export interface Backups {
  /** Everything that is on the server's disk now lies in the backup. */
  reached(dataFolder: string): Promise<void>;
  /** The backup hangs, as it does when its disk went away: what is written from now on is in none. */
  hang(dataFolder: string): void;
  /** By the README's command, into a folder of its own. The backup's process ends with the lost machine. */
  restore(): string;
}

export const test = base.extend<{ backups: Backups & { environment: Record<string, string> } }>({
  backups: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'hub-backed-up-'));
    const said = npmRunHub('keys');
    const keyFile = join(folder, 'private-key');
    writeFileSync(keyFile, /ehc-backup-private-\S+/.exec(said)?.[0] ?? '');
    const hanging: number[] = [];
    await use({
      environment: {
        HUB_BACKUP: join(folder, 'backup'),
        HUB_BACKUP_KEY: /ehc-backup-public-\S+/.exec(said)?.[0] ?? '',
        HUB_SECOND_PLACE: join(folder, 'other-disk'),
        HUB_SECRET: 'kVt2mXq8rWz5yBn4cHd7fJg9pLs3aQe6',
      },
      async reached(dataFolder) {
        const since = Date.now();
        const taken = () => (JSON.parse(readFileSync(join(dataFolder, 'backed-up.json'), 'utf8')) as { at: number }).at;
        await expect.poll(taken, { timeout: 60_000, intervals: [50] }).toBeGreaterThan(since);
      },
      hang(dataFolder) {
        hanging.push(...processesOf(dataFolder));
        expect(hanging).toHaveLength(1);
        for (const id of hanging) process.kill(id, 'SIGSTOP');
      },
      restore() {
        for (const id of hanging.splice(0)) process.kill(id, 'SIGKILL');
        const to = join(folder, 'restored');
        const told = npmRunHub('restore', '--from', join(folder, 'backup'), '--to', to, '--key', keyFile);
        expect(told).toMatch(/Restored as of .*: \d+ steps/);
        return to;
      },
    });
    for (const id of hanging) process.kill(id, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  },
  environment: async ({ backups }, use) => use(backups.environment),
});

function npmRunHub(...args: string[]): string {
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const ended = spawnSync('npm', ['run', 'hub', '--', ...args], { cwd, encoding: 'utf8' });
  expect(ended.status, ended.stderr).toBe(0);
  return ended.stdout;
}

/** The backup that runs beside the server of this folder. */
function processesOf(dataFolder: string): number[] {
  const isBackup = (id: string) => {
    try {
      if (!readFileSync(`/proc/${id}/cmdline`, 'utf8').endsWith('hub.ts\0backup\0')) return false;
      return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(`HUB_DATA=${dataFolder}`);
    } catch (error) {
      // It ended between the two looks.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isBackup(name))
    .map(Number);
}
