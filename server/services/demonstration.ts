/** Fills a new database with the fictional authority, once. A production server refuses a database that holds it. */
import { authority, demonstrationPassword, people, peopleRows } from '#server/demonstration/people.ts';
import type { Storage } from '#server/storage/database.ts';
import { insertPeople, insertSetting, settingValue } from '#server/storage/people.ts';
import type { Deps } from './deps.ts';
import { hashPassword } from './passwords.ts';

const filledAt = 'demonstration-filled-at';

export const isDemonstration = async ({ db }: Storage): Promise<boolean> =>
  (await settingValue(db, filledAt)) !== undefined;

/** True when it was filled just now. */
export async function fillDemonstration(deps: Pick<Deps, 'storage' | 'ports'>): Promise<boolean> {
  const { storage, ports } = deps;
  if (await isDemonstration(storage)) return false;
  const now = ports.now();
  // One hash for everybody: they share the password, and twenty of them would take ten seconds.
  const passwordHash = await hashPassword(demonstrationPassword, ports.random);
  const rows = peopleRows({ random: ports.random, now, passwordHash });
  await storage.write(async (tx) => {
    await insertPeople(tx, rows);
    await insertSetting(tx, filledAt, String(now));
  });
  return true;
}

/** Everybody's sign-in, as lines for the terminal. */
export function signInTable(): string {
  const all = Object.values(people);
  const width = (column: 'name' | 'about') => Math.max(...all.map((person) => person[column].length));
  const lines = all.map(
    ({ name, about, email }) => `  ${name.padEnd(width('name'))}  ${about.padEnd(width('about'))}  ${email}`,
  );
  return [`  Password: ${demonstrationPassword}`, '', `  ${authority.name}`, ...lines].join('\n');
}
