/** Who is asking: read anew from the database at every request, so that closing an account ends everything at once. */
import type { AuthorityId, DeviceId, PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';

export interface SessionFacts {
  readonly authorityId: AuthorityId;
  readonly authorityName: string;
  readonly personId: PersonId;
  readonly personName: string;
  /** How the account reaches its person: shown to nobody else. */
  readonly email: string;
  readonly phone: string;
  /** The roles that the person holds now. */
  readonly roles: readonly RoleName[];
  /** The device that was bound to this session, if any yet. */
  readonly deviceId: DeviceId | undefined;
  /** Its public key, by which it signs. */
  readonly deviceKey: string | undefined;
  /** What every signature of this session is made over. */
  readonly nonce: string;
  /** SHA-256 of the session's token: names the session without being able to open it. */
  readonly tokenHash: string;
  /** After this instant the session is over, whatever happens. */
  readonly expiresAt: number;
}

/** The context variables that middleware sets for the routes behind it. */
export interface HubEnv {
  Variables: {
    session: SessionFacts;
    /** The number under which this request stands in the log; told to people with every error. */
    reference: string;
  };
}
