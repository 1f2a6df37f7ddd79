/** `hub verify-audit`: whether everything that was ever noted as done still stands as it was noted. It changes nothing. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { secondPlaceIn, secondPlaceOf } from '#server/adapters/second-place/folder.ts';
import { readConfig } from '#server/config.ts';
import { keptSecret } from '#server/kept-secret.ts';
import { systemPorts } from '#server/ports.ts';
import type { Verification } from '#server/services/audit.ts';
import { headSigner, verifyAll } from '#server/services/audit-heads.ts';
import { openStorage } from '#server/storage/open.ts';
import { authorityHosts } from '#server/storage/people.ts';
import type { Command } from './command.ts';

export const verifyAudit: Command = {
  name: 'verify-audit',
  usage: 'verify-audit: holds the record of what was done against itself and against what was signed of it.',
  async run() {
    const config = readConfig(process.env);
    if (!config.ok) return fault(config.faults.join('\n  '));
    const folder = resolve(config.value.dataFolder);
    if (config.value.databaseUrl === undefined && !existsSync(join(folder, 'hub.db')))
      return fault('there is no Hub in HUB_DATA.');
    const storage = await openStorage(config.value);
    const place = secondPlaceIn(secondPlaceOf(config.value), systemPorts.now);
    try {
      const signer = headSigner(config.value.secret ?? keptSecret(folder));
      const verified = await verifyAll(storage.db, place, signer);
      const hosts = await authorityHosts(storage.db);
      for (const { authority, verification } of verified)
        console.log(`${hosts.get(authority) ?? authority}: ${said(verification)}`);
      return verified.every(({ verification }) => verification.ok) ? 0 : 1;
    } finally {
      await place.close();
      await storage.close();
    }
  },
};

function said(verification: Verification): string {
  if (!verification.ok) return faults[verification.what](String(verification.at));
  const { entries, heads, lost } = verification;
  const whole = `${String(entries)} entries, each following from the one before, and ${String(heads)} signatures that fit them.`;
  return lost === 0
    ? whole
    : `${whole} ${String(lost)} signatures are of a time that was lost when a backup was put back.`;
}
const faults = {
  broken: (at: string) => `entry ${at} was changed, or one before it was taken out, put in or moved.`,
  cut: (at: string) => `entries after ${at} are missing.`,
  rewritten: (at: string) => `what was signed up to entry ${at} is not what stands there now.`,
  forged: (at: string) => `a signature for entry ${at} was not made with this Hub's secret.`,
} as const;

function fault(why: string): number {
  console.error(`Nothing was verified: ${why}`);
  return 1;
}
