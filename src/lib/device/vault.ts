/**
 * Seals and opens records. Every record is bound to its account, table, key and count of writes, so one that was moved,
 * swapped or altered does not open. The data key is here only as a key that cannot be read out again; a wrong record is
 * an answer, never a reason to delete anything.
 */
import { utf8, base64Url, owned, textOfUtf8, type Bytes } from './bytes.ts';
import type { RandomBytes } from '#sync/model/ids.ts';
import { fileVault, type FileVault } from './file-vault.ts';

/** `iv` and `ct` are stored as bytes. */
export interface Sealed {
  readonly v: 1;
  readonly keyId: string;
  readonly iv: Uint8Array;
  readonly ct: Uint8Array;
}
export interface SealTask {
  readonly table: string;
  readonly key: string;
  readonly rev: number;
  readonly value: unknown;
}
export interface OpenTask {
  readonly table: string;
  readonly key: string;
  readonly rev: number;
  readonly sealed: Sealed;
}
export type Opened = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

export interface Vault extends FileVault {
  seal(table: string, key: string, rev: number, value: unknown): Promise<Sealed>;
  /** Throws when the record does not open; `openMany` answers instead. */
  open(table: string, key: string, rev: number, sealed: Sealed): Promise<unknown>;
  sealMany(tasks: readonly SealTask[]): Promise<Sealed[]>;
  openMany(tasks: readonly OpenTask[]): Promise<Opened[]>;
  /** A name from which nothing can be read: HMAC-SHA-256, 128 bits, base64url. */
  ref(kind: string, value: string): Promise<string>;
  refMany(named: readonly (readonly [kind: string, value: string])[]): Promise<string[]>;
}

export interface VaultKey {
  /** An HKDF key that cannot be exported. */
  readonly dataKey: CryptoKey;
  readonly keyId: string;
  /** The account's ref: stable for ever, also under a new password. */
  readonly account: string;
}

export const dataKeyBytes = 32;
const ivBytes = 12;
const refBytes = 16;

/** The bytes are overwritten: from here on the key can be used and not read. */
export async function dataKeyOf(raw: Bytes): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey']);
  raw.fill(0);
  return key;
}

export function localVault({ dataKey, keyId, account }: VaultKey, random: RandomBytes): Vault {
  const tableKeys = new Map<string, Promise<CryptoKey>>();
  const tableKey = (table: string): Promise<CryptoKey> => {
    const known =
      tableKeys.get(table) ??
      crypto.subtle.deriveKey(hkdf(`rec/${table}/v1`), dataKey, { name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ]);
    tableKeys.set(table, known);
    return known;
  };
  let refKey: Promise<CryptoKey> | undefined;
  const aad = (table: string, key: string, id: string, rev: number) =>
    utf8([1, account, table, key, id, rev].join('|'));

  const vault: Vault = {
    ...fileVault(dataKey, account, random),
    async seal(table, key, rev, value) {
      const iv = owned(random(ivBytes));
      const plain = utf8(JSON.stringify(value));
      const algorithm = { name: 'AES-GCM', iv, additionalData: aad(table, key, keyId, rev) };
      const ct = await crypto.subtle.encrypt(algorithm, await tableKey(table), plain);
      return { v: 1, keyId, iv, ct: new Uint8Array(ct) };
    },
    async open(table, key, rev, sealed) {
      const algorithm = { name: 'AES-GCM', iv: owned(sealed.iv), additionalData: aad(table, key, sealed.keyId, rev) };
      return JSON.parse(
        textOfUtf8(await crypto.subtle.decrypt(algorithm, await tableKey(table), owned(sealed.ct))),
      ) as unknown;
    },
    sealMany: (tasks) => Promise.all(tasks.map((task) => vault.seal(task.table, task.key, task.rev, task.value))),
    openMany: (tasks) =>
      Promise.all(
        tasks.map((task) =>
          vault.open(task.table, task.key, task.rev, task.sealed).then(
            (value): Opened => ({ ok: true, value }),
            (): Opened => ({ ok: false }),
          ),
        ),
      ),
    async ref(kind, value) {
      refKey ??= crypto.subtle.deriveKey(
        hkdf('ref/v1'),
        dataKey,
        { name: 'HMAC', hash: 'SHA-256', length: 256 },
        false,
        ['sign'],
      );
      const mac = await crypto.subtle.sign('HMAC', await refKey, utf8(`${kind}|${value}`));
      return base64Url(new Uint8Array(mac, 0, refBytes));
    },
    refMany: (named) => Promise.all(named.map(([kind, value]) => vault.ref(kind, value))),
  };
  return vault;
}

const hkdf = (info: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) });
