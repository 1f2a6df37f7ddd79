/**
 * The `pass` slot: the data key, wrapped by the account's password as it was typed at sign-in. Stretched by PBKDF2, then
 * joined with a key of this device that cannot be read out, so that a copied dump cannot be guessed from script alone.
 * Raw key bytes live only inside these functions and are overwritten there.
 */
import type { RandomBytes } from '#sync/model/ids.ts';
import { owned, utf8, base64Url, type Bytes } from './bytes.ts';
import { dataKeyBytes } from './vault.ts';

export const roundsMin = 600_000;
export const roundsMax = 3_000_000;
const wantedMs = 500;

export interface SlotHeader {
  readonly v: 1;
  readonly kind: 'pass';
  readonly kdf: 'PBKDF2-HMAC-SHA-256';
  readonly rounds: number;
  /** base64url. */
  readonly salt: string;
  readonly account: string;
  readonly keyId: string;
}
export interface PassSlot {
  readonly header: SlotHeader;
  readonly saltBytes: Uint8Array;
  readonly iv: Uint8Array;
  readonly ct: Uint8Array;
}
export interface SlotFacts {
  readonly account: string;
  readonly password: string;
  /** HMAC key of this device, not extractable. */
  readonly deviceKey: CryptoKey;
  readonly rounds: number;
}

export async function makeSlot(
  dataKey: Bytes,
  keyId: string,
  facts: SlotFacts,
  random: RandomBytes,
): Promise<PassSlot> {
  const saltBytes = owned(random(32));
  const iv = owned(random(12));
  const header: SlotHeader = {
    v: 1,
    kind: 'pass',
    kdf: 'PBKDF2-HMAC-SHA-256',
    rounds: facts.rounds,
    salt: base64Url(saltBytes),
    account: facts.account,
    keyId,
  };
  const key = await wrappingKey(facts.password, facts.deviceKey, saltBytes, facts.rounds);
  const ct = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: headerBytes(header) }, key, dataKey);
  return { header, saltBytes, iv, ct: new Uint8Array(ct) };
}

/** Undefined for a wrong password: AES-GCM cannot tell it from an altered slot. */
export async function openSlot(slot: PassSlot, password: string, deviceKey: CryptoKey): Promise<Bytes | undefined> {
  if (slot.header.rounds < roundsMin || slot.header.rounds > roundsMax) return undefined;
  const key = await wrappingKey(password, deviceKey, owned(slot.saltBytes), slot.header.rounds);
  const algorithm = { name: 'AES-GCM', iv: owned(slot.iv), additionalData: headerBytes(slot.header) };
  const raw = await crypto.subtle.decrypt(algorithm, key, owned(slot.ct)).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'OperationError') return undefined;
    throw error;
  });
  if (raw === undefined) return undefined;
  return raw.byteLength === dataKeyBytes ? new Uint8Array(raw) : undefined;
}

/** Rounds that take about half a second here, never fewer than the least. */
export async function measureRounds(monotonic: () => number): Promise<number> {
  const tried = 100_000;
  const from = monotonic();
  await stretch('measure', new Uint8Array(32), tried);
  const ms = Math.max(1, monotonic() - from);
  return Math.round(Math.min(roundsMax, Math.max(roundsMin, (tried * wantedMs) / ms)));
}

async function wrappingKey(password: string, deviceKey: CryptoKey, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const stretched = await stretch(password, salt, rounds);
  // HKDF's extract step, with this device's key as its salt: a MAC, because that key can be used and not read.
  const joined = new Uint8Array(await crypto.subtle.sign('HMAC', deviceKey, stretched));
  stretched.fill(0);
  const hkdf = await crypto.subtle.importKey('raw', joined, 'HKDF', false, ['deriveKey']);
  joined.fill(0);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8('kek/pass/v1') };
  return crypto.subtle.deriveKey(derivation, hkdf, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function stretch(password: string, salt: Bytes, rounds: number): Promise<Bytes> {
  const typed = utf8(password.normalize('NFKC'));
  const key = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveBits']);
  typed.fill(0);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, key, 256),
  );
}

const headerBytes = (header: SlotHeader): Bytes =>
  utf8([header.v, header.kind, header.kdf, header.rounds, header.salt, header.account, header.keyId].join('|'));
