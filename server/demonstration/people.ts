/**
 * The fictional people that every test and the demonstration share. The county, its schools and everyone in it are
 * invented; e-mail addresses are reserved ones that reach nobody, and telephone numbers are from the range that Ofcom
 * keeps for drama.
 */
import { makeId, type RandomBytes } from '#sync/model/ids.ts';
import { organisations, type FictionalOrganisation, type OrganisationKey } from './organisations.ts';
import { families } from './families.ts';
import { staff } from './staff.ts';

export const authority = { name: 'Hallowshire County Council', host: 'hub.hallowshire.example' } as const;

export interface FictionalPerson {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly roles: readonly string[];
  readonly organisation?: OrganisationKey;
  /** Who they are, in a few words, for whoever tries the demonstration. */
  readonly about: string;
}

export const people = { ...staff, ...families } as const satisfies Record<string, FictionalPerson>;
export type PersonKey = keyof typeof people;
/** One for everybody: whoever tries the demonstration changes people often. */
export const demonstrationPassword = 'lantern-meadow-orchard-42';

/** Rows for the tables of the server, with ids made by chance. */
export function peopleRows({ random, now, passwordHash }: { random: RandomBytes; now: number; passwordHash: string }) {
  const authorityId = makeId<string>(random);
  const organisationIds = new Map(Object.keys(organisations).map((key) => [key, makeId<string>(random)]));
  const entries = Object.entries(people) as [PersonKey, FictionalPerson][];
  const personIds = new Map(entries.map(([key]) => [key, makeId<string>(random)]));
  const idOf = (key: PersonKey) => personIds.get(key) ?? '';
  return {
    idOf,
    authority: { id: authorityId, ...authority, created_at: now },
    organisations: (Object.entries(organisations) as [OrganisationKey, FictionalOrganisation][]).map(
      ([key, { kind, name, type, address }]) => ({
        id: organisationIds.get(key) ?? '',
        authority_id: authorityId,
        kind,
        name,
        establishment_type: type ?? null,
        address: address === undefined ? null : JSON.stringify(address),
        created_at: now,
      }),
    ),
    people: entries.map(([key, { name, email, phone }]) => ({
      id: idOf(key),
      authority_id: authorityId,
      email,
      name,
      phone,
      password_hash: passwordHash,
      is_active: 1,
      created_at: now,
    })),
    memberships: entries.flatMap(([key, { roles, organisation }]) =>
      roles.map((role) => ({
        id: makeId<string>(random),
        authority_id: authorityId,
        person_id: idOf(key),
        role,
        organisation_id: organisation === undefined ? null : (organisationIds.get(organisation) ?? null),
        created_at: now,
        ended_at: null,
      })),
    ),
  };
}
