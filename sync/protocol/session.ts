/** Signing in and out, the session as the Hub tells a device of it, and the device's own key. */
import * as z from 'zod/mini';
import type { AuthorityId, DeviceId, PersonId } from '../model/ids.ts';
import type { RoleName } from '../roles/index.ts';
import { id } from './shapes.ts';

const attempt = z.string().check(z.maxLength(64));
export const signIn = z.strictObject({
  email: z.string().check(z.maxLength(254)),
  password: z.string().check(z.maxLength(512)),
});
export const signInCode = z.strictObject({ attempt, code: z.string().check(z.maxLength(32)) });
export const signInResend = z.strictObject({ attempt });
export const signOut = z.strictObject({ everywhere: z.optional(z.boolean()) });
/** Signed by the device's key, which is what wakes a sleeping session. */
export const sessionRenew = z.strictObject({});
export const enrolment = z.strictObject({
  device: id<DeviceId>(),
  publicKey: z.string().check(z.maxLength(200), z.regex(/^[A-Za-z0-9+/]+=*$/)),
});

/** The same for every account, known or not. */
export interface SignInReply {
  readonly attempt: string;
}
/** Answers a right code, a renewal and the question who is signed in. */
export interface SessionReply {
  readonly person: {
    readonly id: PersonId;
    readonly name: string;
    readonly roles: readonly RoleName[];
    /** The person's own, for forms that ask for them: never anyone else's. An older Hub told neither. */
    readonly email?: string;
    readonly phone?: string;
  };
  readonly authority: { readonly id: AuthorityId; readonly name: string };
  /** Signed with every request that writes. */
  readonly nonce: string;
  readonly device: string | null;
  readonly expiresAt: number;
  readonly now: number;
}
/** With 401. A session that only sleeps says so, and what to sign to wake it. */
export interface SessionOver {
  readonly error: 'signed-out';
  readonly renewable?: true;
  readonly nonce?: string;
}
export interface EnrolmentReply {
  readonly device: DeviceId;
}
/** Whatever else could not be done: a reason, and the number under which the log knows of it. */
export interface Refusal {
  readonly error: string;
  readonly reference: string;
}
