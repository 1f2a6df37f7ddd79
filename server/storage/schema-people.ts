/** The tables of authorities, people, their devices and sessions, as Kysely sees them. */
import type { Generated } from 'kysely';

export interface AuthorityTable {
  id: string;
  name: string;
  host: string;
  created_at: number;
}
/** Schools, nurseries, teams: what people belong to. `kind`: school, nursery, college, health-team, social-care-team, authority. */
export interface OrganisationTable {
  id: string;
  authority_id: string;
  kind: string;
  name: string;
  /** Schools, nurseries and colleges only: a key of the code list `establishment-types`. */
  establishment_type: string | null;
  /** JSON of a postal address, or null. */
  address: string | null;
  created_at: number;
}
export interface PersonTable {
  id: string;
  authority_id: string;
  email: string;
  name: string;
  phone: string;
  password_hash: string;
  /** 0 after the account was closed: nothing of it works any more. */
  is_active: number;
  created_at: number;
  /** The feed's head when many of this person's rights last changed at once: an older cursor gets the manifest. */
  rights_seq: Generated<number>;
}
/** What a person is for the authority: one row a role, in an organisation where the role belongs to one. */
export interface MembershipTable {
  id: string;
  authority_id: string;
  person_id: string;
  role: string;
  organisation_id: string | null;
  created_at: number;
  ended_at: number | null;
}
export interface DeviceTable {
  id: string;
  authority_id: string;
  person_id: string;
  /** SPKI of an ECDSA P-256 key, base64. */
  public_key: string;
  /** The latest stamp given to an edit of this device. */
  last_stamp: number;
  created_at: number;
  revoked_at: number | null;
}
export interface SessionTable {
  /** SHA-256 of the token, base64url; the token itself is stored nowhere. */
  token_hash: string;
  authority_id: string;
  person_id: string;
  device_id: string | null;
  nonce: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  ended_at: number | null;
}
/** One attempt to sign in, from the password on: bound to the browser by the hash of a cookie. */
export interface SignInTable {
  id: string;
  authority_id: string;
  person_id: string | null;
  browser_hash: string;
  code_hmac: string | null;
  code_expires_at: number | null;
  guesses: number;
  sends: number;
  created_at: number;
  done_at: number | null;
}
export interface CodeSendTable {
  id: Generated<number>;
  authority_id: string;
  account_hmac: string;
  what: string;
  at: number;
}
