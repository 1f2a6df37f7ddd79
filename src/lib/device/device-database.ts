/**
 * What a browser keeps in clear: keys that can be used and not read, and one entry an account, named by a MAC of authority
 * and e-mail address, so that nothing here says whose it is. Words are never here.
 */
import { Dexie, type EntityTable } from 'dexie';
import { makeId, type DeviceId } from '#sync/model/ids.ts';
import { base64Url, utf8 } from './bytes.ts';
import type { PassSlot } from './pass-slot.ts';
import type { DevicePorts } from './ports.ts';

/**
 * Each account has a device id and signing key of its own: two people who share a tablet are two devices, so neither
 * one's answer passes for the other's.
 */
export interface AccountEntry {
  readonly ref: string;
  /** Name of the account's database; a forgotten password begins another beside it. */
  readonly database: string;
  readonly device: DeviceId;
  readonly signing: CryptoKeyPair;
  readonly slot: PassSlot;
  readonly wrong: { readonly tries: number; readonly until: number };
  /** Databases whose password was forgotten: sealed, and never removed by themselves. */
  readonly kept: readonly { readonly database: string; readonly slot: PassSlot }[];
}
interface Fact {
  readonly name: 'mac-key' | 'last' | 'locks';
  readonly value: CryptoKey | string;
}

export interface DeviceDatabase {
  deviceKey(): Promise<CryptoKey>;
  accountRef(authority: string, email: string): Promise<string>;
  entry(ref: string): Promise<AccountEntry | undefined>;
  put(entry: AccountEntry): Promise<void>;
  /** The account that was open last in this browser. */
  last(): Promise<string | undefined>;
  setLast(ref: string | undefined): Promise<void>;
  /** Another one after each lock or sign-out: a tab that stood still sees by it that it must lock as well. */
  locks(): Promise<string | undefined>;
  noteLock(): Promise<void>;
  close(): void;
}

export function openDeviceDatabase(ports: DevicePorts): DeviceDatabase {
  const database = new Dexie('hub-device', databaseOptions(ports)) as Dexie & {
    facts: EntityTable<Fact, 'name'>;
    accounts: EntityTable<AccountEntry, 'ref'>;
  };
  database.version(1).stores({ facts: 'name', accounts: 'ref' });

  const deviceKey = async () => {
    const known = await database.facts.get('mac-key');
    if (known !== undefined) return known.value as CryptoKey;
    const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
    // Two tabs may both make one on a first visit; the one that was written first is the key.
    return database.transaction('rw', database.facts, async () => {
      const meanwhile = await database.facts.get('mac-key');
      if (meanwhile !== undefined) return meanwhile.value as CryptoKey;
      await database.facts.put({ name: 'mac-key', value: made });
      return made;
    });
  };
  return {
    deviceKey,
    async accountRef(authority, email) {
      const named = utf8(`account|${authority}|${email.trim().normalize('NFKC').toLowerCase()}`);
      return base64Url(new Uint8Array(await crypto.subtle.sign('HMAC', await deviceKey(), named), 0, 16));
    },
    entry: (ref) => database.accounts.get(ref),
    async put(entry) {
      await database.accounts.put(entry);
    },
    last: async () => (await database.facts.get('last'))?.value as string | undefined,
    async setLast(ref) {
      await (ref === undefined ? database.facts.delete('last') : database.facts.put({ name: 'last', value: ref }));
    },
    locks: async () => (await database.facts.get('locks'))?.value as string | undefined,
    async noteLock() {
      await database.facts.put({ name: 'locks', value: makeId<string>(ports.random) });
    },
    close: () => database.close(),
  };
}

export async function newEntry(ref: string, slot: PassSlot, ports: DevicePorts): Promise<AccountEntry> {
  const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return {
    ref,
    database: databaseName(ref, 0),
    device: makeId<DeviceId>(ports.random),
    signing,
    slot,
    wrong: { tries: 0, until: 0 },
    kept: [],
  };
}

export const databaseName = (ref: string, generation: number): string => `hub-${ref}-${generation}`;

/** Chromium's relaxed default would call a commit done before it is on disk. */
export const databaseOptions = (ports: DevicePorts) => ({
  chromeTransactionDurability: 'strict' as const,
  ...(ports.indexedDB !== undefined && { indexedDB: ports.indexedDB.factory, IDBKeyRange: ports.indexedDB.keyRange }),
});
