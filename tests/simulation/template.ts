/**
 * What every run begins with, made once a process by the real means: a migrated database with people, sessions and
 * devices, and for each device its keys and its vault, sealed with the number of rounds that ships.
 */
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertDevice, insertPeople } from '#server/storage/people.ts';
import { insertSession } from '#server/storage/sessions.ts';
import { migrate, openDatabase } from '#server/storage/database.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import { makeId, type AuthorityId, type DeviceId, type PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { roundsMin } from '#lib/device/pass-slot.ts';
import { localKeeper } from '#lib/device/vault-keeper.ts';
import type { Vault } from '#lib/device/vault.ts';

/** Two who write together, one who is shown and shut out, one who reads what was sent, and a stranger. */
export const cast = [
  { who: 'senco', role: 'senco', device: 'phone' },
  { who: 'senco', role: 'senco', device: 'desk' },
  { who: 'parent', role: 'parent', device: 'phone' },
  { who: 'colleague', role: 'senco', device: 'tablet' },
  { who: 'officer', role: 'co-ordinator', device: 'desk' },
  { who: 'stranger', role: 'senco', device: 'phone' },
] as const satisfies readonly { who: string; role: RoleName; device: string }[];
export type Who = (typeof cast)[number]['who'];

export interface TemplateDevice {
  readonly who: Who;
  readonly name: string;
  readonly person: PersonId;
  readonly roles: readonly RoleName[];
  readonly device: DeviceId;
  readonly signing: CryptoKeyPair;
  readonly vault: Vault;
  readonly token: string;
}
export interface Template {
  readonly authority: { readonly id: AuthorityId; readonly name: string };
  readonly devices: readonly TemplateDevice[];
  readonly emails: ReadonlyMap<Who, string>;
  /** Puts a copy of the database there. */
  copyTo(file: string): void;
}

export const start = Date.parse('2026-11-02T09:00:00Z');
let made: Promise<Template> | undefined;
export const template = (): Promise<Template> => (made ??= makeTemplate());

async function makeTemplate(): Promise<Template> {
  const file = join(mkdtempSync(join(tmpdir(), 'ehc-simulation-')), 'template.db');
  const storage = await openDatabase({ file });
  await migrate(storage);
  const random = (count: number) => new Uint8Array(randomBytes(count));
  const authority = { id: makeId<AuthorityId>(random), name: 'Hallowshire County Council' };
  const persons = new Map<Who, PersonId>();
  for (const { who } of cast) if (!persons.has(who)) persons.set(who, makeId<PersonId>(random));
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
        id: makeId<string>(random),
        authority_id: authority.id,
        person_id: id,
        role: cast.find((one) => one.who === who)?.role ?? '',
        organisation_id: null,
        created_at: start,
        ended_at: null,
      })),
    }),
  );
  const devices = [];
  for (const { who, role, device } of cast) {
    const person = persons.get(who) as PersonId;
    const id = makeId<DeviceId>(random);
    const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const spki = base64OfBytes(new Uint8Array(await crypto.subtle.exportKey('spki', signing.publicKey)));
    const token = base64OfBytes(random(33)).replaceAll('+', '-').replaceAll('/', '_');
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
        nonce: base64OfBytes(random(12)),
        created_at: start,
        last_seen_at: start,
        expires_at: start + 365 * 24 * 3_600_000,
        ended_at: null,
      });
    });
    const deviceKey = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
    const { vault } = await localKeeper(random).create({
      account: `${who}-${device}`,
      password: 'lantern-meadow-orchard-42',
      deviceKey,
      rounds: roundsMin,
    });
    devices.push({ who, name: `${who}'s ${device}`, person, roles: [role], device: id, signing, vault, token });
  }
  await storage.close();
  return {
    authority,
    devices,
    emails: new Map([...persons.keys()].map((who) => [who, email(who)])),
    copyTo: (to) => copyFileSync(file, to),
  };
}
