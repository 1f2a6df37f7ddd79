/** Opening an account's store, and what it knows of its owner: sealed like everything else. */
import { partsOf } from '#sync/roles/may.ts';
import type { Account, Owner } from './account.ts';
import { openAccountDatabase, type AccountDatabase } from './account-database.ts';
import type { AccountEntry } from './device-database.ts';
import type { SessionReply } from '#sync/protocol/session.ts';
import { loadSettings, readSettings } from './outbox.ts';
import type { DevicePorts } from './ports.ts';
import { settingsWrite } from './records.ts';
import { accountScope, openSealedStore, type SealedStore } from './sealed-store.ts';
import type { Vault } from './vault.ts';

const dayMs = 24 * 60 * 60_000;
const staffDays = 14;
const familyDays = 60;

export async function openStore(entry: AccountEntry, vault: Vault, ports: DevicePorts): Promise<SealedStore> {
  const database = openAccountDatabase(entry.database, ports);
  await database.open();
  if (!(await isOurs(database, vault))) {
    database.close();
    throw new Error('nothing in the store opens with this key: it is left as it is');
  }
  return openSealedStore(entry.ref, database, vault, ports.now);
}

/** One damaged record is set aside; where not one opens, the key is wrong, and nothing may be touched. */
async function isOurs(database: AccountDatabase, vault: Vault): Promise<boolean> {
  const [heads, settings] = await Promise.all([
    database.heads.limit(10).toArray(),
    database.settings.limit(10).toArray(),
  ]);
  const tasks = [
    ...heads.map(({ key, rev, s }) => ({ table: 'heads', key, rev, sealed: s })),
    ...settings.map(({ key, rev, s }) => ({ table: 'settings', key, rev, sealed: s })),
  ];
  return tasks.length === 0 || (await vault.openMany(tasks)).some((opened) => opened.ok);
}

export async function ownerOf(store: SealedStore): Promise<Owner | undefined> {
  return (await store.read(accountScope, { rows: [['settings', 'owner']] })).rows[0]?.value as Owner | undefined;
}

/** What the Hub last said of this person; it is also a contact. */
export async function writeOwner(
  store: SealedStore,
  { person, authority }: Pick<SessionReply, 'person' | 'authority'>,
  contact: number,
): Promise<Owner> {
  const { id, name, roles, email, phone } = person;
  const owner: Owner = {
    person: id,
    name,
    roles,
    authority,
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
  };
  await store.change(async (view) => {
    const settings = await loadSettings(view);
    return {
      writes: [
        { table: 'settings', key: 'owner', scope: accountScope, value: owner },
        settingsWrite({ ...settings, contact }),
      ],
      value: undefined,
    };
  });
  return owner;
}

/** Until when this device opens without the Hub: the app's limit, not the cipher's. */
export async function offlineUntil({ store, owner, ports }: Account): Promise<number> {
  const { contact } = await readSettings(store);
  const parts = partsOf(owner.roles);
  const days = parts.length > 0 && parts.every((part) => part === 'family') ? familyDays : staffDays;
  return (contact ?? ports.now()) + days * dayMs;
}
