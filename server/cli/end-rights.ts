/**
 * `hub close-account`, `hub end-role`, `hub revoke-devices`: what an operator does when somebody left or a device was
 * lost. Whom it concerns is asked, never an argument: arguments stay in the terminal's history and in the list of what
 * the machine runs.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { roleNamed, type RoleName } from '#sync/roles/index.ts';
import { secondPlaceIn, secondPlaceOf } from '#server/adapters/second-place/folder.ts';
import { readConfig } from '#server/config.ts';
import { systemPorts } from '#server/ports.ts';
import { authorityAt } from '#server/services/authorities.ts';
import { endRights, type Ending } from '#server/services/end-rights.ts';
import { noticeReplacement } from '#server/services/new-history.ts';
import { normalEmail } from '#server/services/sign-in.ts';
import { notingStorage } from '#server/storage/notes.ts';
import { openStorage } from '#server/storage/open.ts';
import type { Command } from './command.ts';

export const closeAccount: Command = {
  name: 'close-account',
  usage: 'close-account [--authority <host>]: nothing of the account works any more. Asks for the email address.',
  run: ({ authority }) => end({ is: 'account' }, authority),
};
export const endRole: Command = {
  name: 'end-role',
  usage: 'end-role --role <role> [--authority <host>]: the person has that role no longer. Asks for the email address.',
  run({ role, authority }) {
    const known = typeof role === 'string' && roleNamed(role) !== undefined;
    return known ? end({ is: 'role', role: role as RoleName }, authority) : fault('--role is no role of the Hub.');
  },
};
export const revokeDevices: Command = {
  name: 'revoke-devices',
  usage: 'revoke-devices [--authority <host>]: all devices of a person are locked out. Asks for the email address.',
  run: ({ authority }) => end({ is: 'devices' }, authority),
};

async function end(ending: Ending, host: string | boolean | undefined): Promise<number> {
  const config = readConfig(process.env);
  if (!config.ok) return fault(config.faults.join('\n  '));
  if (config.value.databaseUrl === undefined && !existsSync(join(config.value.dataFolder, 'hub.db')))
    return fault('there is no Hub in HUB_DATA.');
  const place = secondPlaceIn(secondPlaceOf(config.value), systemPorts.now);
  const storage = notingStorage(await openStorage(config.value), place);
  try {
    // What is ended now must not look like the end of a database that was put back before.
    await noticeReplacement(storage, place, systemPorts);
    const authority = await authorityAt({ storage }, typeof host === 'string' ? host : '');
    if (authority === undefined) return fault('--authority is needed: there are several.');
    const email = normalEmail(await answerTo('Their email address: '));
    const ended = await endRights({ storage, ports: systemPorts }, authority, email, ending);
    if (!ended.ok) return fault(faults[ended.reason]);
    storage.others?.tell('feed', authority);
    console.log('Done. Open devices are shut out within half a minute; a backup that is put back does not undo it.');
    return 0;
  } finally {
    await storage.close();
  }
}
const faults = {
  nobody: 'nobody with an open account has this address.',
  nothing: 'there is nothing of that kind to end.',
} as const;

async function answerTo(question: string): Promise<string> {
  process.stderr.write(question);
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

function fault(said: string): Promise<number> {
  console.error(`Nothing is ended: ${said}`);
  return Promise.resolve(1);
}
