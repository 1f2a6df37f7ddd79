/** The real server with backups on, the real command line, and what comes back after the machine is lost. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runningHub, type RunningHub } from '#tests/people/running-hub.ts';
import { realDevice, type RealDevice } from './real-devices.ts';

const program = join(import.meta.dirname, '../../server/hub.ts');
let folder: string;
let hub: RunningHub;
const devices: RealDevice[] = [];
let keys: { publicKey: string; privateFile: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-lost-'));
  const said = npmRunHub('keys').out;
  keys = { publicKey: /ehc-backup-public-\S+/.exec(said)?.[0] ?? '', privateFile: join(folder, 'private') };
  writeFileSync(keys.privateFile, /ehc-backup-private-\S+/.exec(said)?.[0] ?? '');
});
afterEach(async () => {
  for (const device of devices.splice(0)) await device.stop();
  await hub.dispose();
  rmSync(folder, { recursive: true });
});

function npmRunHub(...args: string[]) {
  const ended = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}
const restore = (to: string, ...more: string[]) =>
  npmRunHub('restore', '--from', join(folder, 'backup'), '--to', to, '--key', keys.privateFile, ...more);
const started = async () => {
  hub = runningHub({ HUB_BACKUP: join(folder, 'backup'), HUB_BACKUP_KEY: keys.publicKey });
  await hub.start();
  const device = await realDevice(hub, 'sarah');
  devices.push(device);
  return device;
};
const backedUp = () => existsSync(join(hub.folder, 'backed-up.json'));
/** The machine is gone; a new one has what the command line puts together. */
async function replaceMachine(restored: string): Promise<void> {
  const secret = readFileSync(join(hub.folder, 'secret'));
  for (const name of readdirSync(hub.folder)) rmSync(join(hub.folder, name), { recursive: true });
  for (const name of readdirSync(restored)) spawnSync('cp', ['-r', join(restored, name), hub.folder]);
  writeFileSync(join(hub.folder, 'secret'), secret, { mode: 0o600 });
  await hub.start();
}
function valueOf(database: string, doc: string, field: string): unknown {
  const opened = new Database(join(database, 'hub.db'), { readonly: true });
  try {
    return opened.prepare('SELECT value FROM field WHERE document_id = ? AND field = ?').pluck().get(doc, field);
  } finally {
    opened.close();
  }
}

test('what was called safe is in the backup, the device lets go of it then, and brings the rest to a new machine', async () => {
  const senco = await started();
  const draft = await senco.start();
  await senco.set(draft, 'first_name', 'Safe');
  await senco.synced();
  expect(await senco.keptRows()).toBeGreaterThan(0);
  // Nothing is let go before the Hub says so, and that is after it lies in the backup.
  await senco.until(async () => {
    await senco.set(draft, 'preferred_name', `Robin ${String(Date.now())}`);
    await senco.synced();
    return backedUp() && (await senco.oldestKept()) > draft.facts().createdAt + 1_000;
  }, 'the first words are called safe');
  await senco.set(draft, 'last_name', 'Late');
  await senco.synced();
  const at = new Date().toISOString();
  await hub.end('SIGKILL');

  const restored = join(folder, 'restored');
  // The backup ends with the server it belongs to, and takes what changed last.
  await senco.until(() => Promise.resolve(restore(join(folder, `try-${String(Date.now())}`)).code === 0), 'it opens');
  const told = restore(restored, '--at', at);
  expect(told).toMatchObject({ code: 0 });
  expect(told.out).toMatch(/Restored as of .*: \d+ steps/);
  expect(valueOf(restored, draft.id, 'first_name')).toBe('"Safe"');
  await replaceMachine(restored);
  await senco.synced();
  expect(valueOf(hub.folder, draft.id, 'last_name')).toBe('"Late"');
  expect(draft.value('child' as never, 'last_name').value).toBe('Late');
}, 120_000);

test('nothing is restored over what is there, without the key, or from before the first copy', async () => {
  const senco = await started();
  await senco.until(() => Promise.resolve(backedUp()), 'a copy is made');
  await hub.end();
  mkdirSync(join(folder, 'full'));
  copyFileSync(keys.privateFile, join(folder, 'full', 'something'));
  expect(restore(join(folder, 'full'))).toMatchObject({ code: 1, err: expect.stringContaining('not empty') as string });
  expect(restore(join(folder, 'early'), '--at', '2020-01-01T00:00:00Z').err).toContain('no backup of that time');
  writeFileSync(keys.privateFile, /ehc-backup-private-\S+/.exec(npmRunHub('keys').out)?.[0] ?? '');
  expect(restore(join(folder, 'other')).err).toContain('does not open with this key');
  expect(npmRunHub('backup', '--once').err).toContain('HUB_BACKUP');
}, 120_000);
