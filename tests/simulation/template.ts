/**
 * What every run begins with, made once a process, from a seed and by the real means: a migrated database with people,
 * sessions and devices, and for each device its keys and its slot, stretched with the number of rounds that ships.
 */
import './one-thread.ts';
import { createECDH, createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertDevice, insertPeople } from '#server/storage/people.ts';
import { insertSession } from '#server/storage/sessions.ts';
import { migrate, openDatabase } from '#server/storage/database.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import { makeId, type AuthorityId, type DeviceId, type PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { base64Url, owned } from '#lib/device/bytes.ts';
import { makeSlot, roundsMin } from '#lib/device/pass-slot.ts';
import { dataKeyBytes, dataKeyOf, localVault, type Vault } from '#lib/device/vault.ts';
import { SeededRandom } from './random.ts';

/** Two who write together, one who is shown and shut out, one who reads what was sent, and a stranger. */
export const cast = [
  { who: 'senco', role: 'senco', device: 'phone' },
  { who: 'parent', role: 'parent', device: 'phone' },
  { who: 'senco', role: 'senco', device: 'desk' },
  { who: 'colleague', role: 'senco', device: 'tablet' },
  { who: 'officer', role: 'co-ordinator', device: 'desk' },
  { who: 'stranger', role: 'senco', device: 'phone' },
] as const satisfies readonly { who: string; role: RoleName; device: string }[];
export type Who = (typeof cast)[number]['who'];

export interface TemplateDevice {
  readonly ref: string;
  readonly who: Who;
  readonly name: string;
  readonly person: PersonId;
  readonly roles: readonly RoleName[];
  readonly device: DeviceId;
  readonly signing: CryptoKeyPair;
  /** A vault with the device's key whose nonces come from the run. */
  vault(random: (count: number) => Uint8Array): Vault;
  readonly token: string;
}
export interface Template {
  readonly authority: { readonly id: AuthorityId; readonly name: string };
  readonly devices: readonly TemplateDevice[];
  readonly emails: ReadonlyMap<Who, string>;
  readonly persons: ReadonlyMap<Who, PersonId>;
  readonly file: string;
}

export const start = Date.parse('2026-11-02T09:00:00Z');

/** In memory where the system has such a place: the same code flushes to it (`synchronous=FULL`), and no disk waits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ehc-simulation-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let made: Promise<Template> | undefined;
export const template = (): Promise<Template> => (made ??= makeTemplate(new SeededRandom(0x7e3a)));

async function makeTemplate({ bytes }: SeededRandom): Promise<Template> {
  const file = join(temporaryFolder(), 'template.db');
  const storage = await openDatabase({ file });
  await migrate(storage);
  const authority = { id: makeId<AuthorityId>(bytes), name: 'Hallowshire County Council' };
  const persons = new Map<Who, PersonId>();
  for (const { who } of cast) if (!persons.has(who)) persons.set(who, makeId<PersonId>(bytes));
  const email = (who: Who) => `${who}@hallowshire.example`;
  await storage.write((tx) =>
    insertPeople(tx, {
      authority: { ...authority, host: 'hub.test', created_at: start },
      organisations: [],
      people: [...persons].map(([who, id]) => ({
        id,
        authority_id: authority.id,
        email: email(who),
        name: who,
        phone: '07700 900000',
        password_hash: '-',
        is_active: 1,
        created_at: start,
      })),
      memberships: [...persons].map(([who, id]) => ({
        id: makeId<string>(bytes),
        authority_id: authority.id,
        person_id: id,
        role: cast.find((one) => one.who === who)?.role ?? '',
        organisation_id: null,
        created_at: start,
        ended_at: null,
      })),
    }),
  );
  const devices: TemplateDevice[] = [];
  for (const { who, role, device } of cast) {
    const person = persons.get(who) as PersonId;
    const id = makeId<DeviceId>(bytes);
    const signing = await signingKeys(bytes);
    const spki = base64OfBytes(new Uint8Array(await crypto.subtle.exportKey('spki', signing.publicKey)));
    const token = base64Url(bytes(33));
    await storage.write(async (tx) => {
      await insertDevice(tx, {
        id,
        authority_id: authority.id,
        person_id: person,
        public_key: spki,
        last_stamp: 0,
        created_at: start,
        revoked_at: null,
      });
      await insertSession(tx, {
        token_hash: createHash('sha256').update(token).digest('base64url'),
        authority_id: authority.id,
        person_id: person,
        device_id: id,
        nonce: base64OfBytes(bytes(12)),
        created_at: start,
        last_seen_at: start,
        expires_at: start + 365 * 24 * 3_600_000,
        ended_at: null,
      });
    });
    const ref = `${who}-${device}`;
    const vault = await vaultsOf(ref, bytes);
    devices.push({ ref, who, name: `${who}'s ${device}`, person, roles: [role], device: id, signing, vault, token });
  }
  await storage.close();
  return { authority, devices, emails: new Map([...persons.keys()].map((who) => [who, email(who)])), persons, file };
}

/** A pair that comes from the seed; the runtime makes only random ones. */
async function signingKeys(bytes: (count: number) => Uint8Array): Promise<CryptoKeyPair> {
  const curve = createECDH('prime256v1');
  const secret = bytes(32);
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const place = {
    kty: 'EC',
    crv: 'P-256',
    x: base64Url(point.subarray(1, 33)),
    y: base64Url(point.subarray(33)),
    ext: true,
  };
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...place, d: base64Url(secret) }, algorithm, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', place, algorithm, true, ['verify']),
  };
}

/** As a vault keeper makes one, once: stretching the password takes longer than a whole run. */
async function vaultsOf(account: string, bytes: (count: number) => Uint8Array): Promise<TemplateDevice['vault']> {
  const raw = owned(bytes(dataKeyBytes));
  const keyId = base64Url(bytes(6));
  const deviceKey = await crypto.subtle.importKey('raw', owned(bytes(32)), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  await makeSlot(raw, keyId, { account, password: 'lantern-meadow-orchard-42', deviceKey, rounds: roundsMin }, bytes);
  const dataKey = await dataKeyOf(raw);
  return (random) => localVault({ dataKey, keyId, account }, random);
}
