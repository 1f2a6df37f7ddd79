/**
 * Signing in: a password, then a code by text message. For whoever watches from outside, an account that does not exist,
 * a wrong password and a right one look alike until the code is entered: same words, same work, same kinds of rows.
 */
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { makeId } from '#sync/model/ids.ts';
import { activePersonByEmail, activePersonById, type Person } from '#server/storage/people.ts';
import type { Tables } from '#server/storage/schema.ts';
import {
  forgetHappenings,
  forgetOldAttempts,
  happenings,
  insertSignIn,
  noteHappening,
  signInById,
  updateSession,
  updateSignIn,
  type SignIn,
} from '#server/storage/sessions.ts';
import { auditNow } from './audit-now.ts';
import { codeSendWindows, longestWindowMs, passwordWindows, waitMs } from './allowances.ts';
import { codeHmac, codeLivesMs, guessesMax, isCode, makeCode } from './codes.ts';
import type { Deps } from './deps.ts';
import { hmac } from './keys.ts';
import { queueMessage } from './messages.ts';
import { isPassword } from './passwords.ts';
import { readSession, startSession, tokenHashOf } from './sessions.ts';
import type { SessionFacts } from './session-facts.ts';

/** Resending a code does not keep an attempt alive for ever. */
const attemptLivesMs = 60 * 60_000;
const sendsPerAttemptMax = 5;

export interface PasswordTyped {
  /** Undefined for a host that belongs to none: every account is unknown there. */
  readonly authorityId: string | undefined;
  readonly email: string;
  readonly password: string;
  /** Made by the route for this attempt and set as a cookie: the code works in this browser only. */
  readonly browser: string;
  /** What an earlier sign-in left in this browser. */
  readonly known: string | undefined;
}
export type Attempt = { readonly ok: true; readonly attempt: string } | { readonly ok: false; readonly waitMs: number };

export async function beginSignIn(deps: Deps, typed: PasswordTyped): Promise<Attempt> {
  const { storage, ports, keys } = deps;
  const { authorityId } = typed;
  const email = normalEmail(typed.email);
  const attempt = makeId<string>(ports.random);
  if (authorityId === undefined) {
    await isPassword(typed.password, undefined);
    return { ok: true, attempt };
  }
  const counter = isKnownBrowser(keys.account, email, typed.known)
    ? hmac(keys.account, 'browser', email, typed.known ?? '')
    : accountCounter(deps, email);
  // Counted before the password is looked at, so that guesses made at the same moment count as well.
  const wait = await storage.write(async (tx) => {
    const now = ports.now();
    await forgetOldAttempts(tx, now - 2 * longestWindowMs);
    const before = await happenings(tx, authorityId, counter, 'password', now - longestWindowMs);
    const left = waitMs(before, passwordWindows, now);
    if (left === 0)
      await noteHappening(tx, { authority_id: authorityId, account_hmac: counter, what: 'password', at: now });
    return left;
  });
  if (wait > 0) return { ok: false, waitMs: wait };

  const person = await activePersonByEmail(storage.db, authorityId, email);
  const isRight = await isPassword(typed.password, person?.password_hash);
  await storage.write(async (tx) => {
    const now = ports.now();
    const row: SignIn = {
      id: attempt,
      authority_id: authorityId,
      person_id: isRight && person !== undefined ? person.id : null,
      browser_hash: sha256(typed.browser),
      code_hmac: null,
      code_expires_at: now + codeLivesMs,
      guesses: 0,
      sends: 0,
      created_at: now,
      done_at: null,
    };
    await insertSignIn(tx, row);
    await sendCode(tx, deps, row, isRight ? person : undefined);
  });
  deps.wakeSender();
  return { ok: true, attempt };
}

/** A fresh code; the one before is dead. Says nothing about whether one was sent. */
export async function resendCode(
  deps: Deps,
  { attempt, browser }: { attempt: string; browser: string },
): Promise<void> {
  await deps.storage.write(async (tx) => {
    const row = await signInById(tx, attempt, sha256(browser));
    if (row === undefined || isDead(row, deps.ports.now())) return;
    const person = row.person_id === null ? undefined : await activePersonById(tx, row.authority_id, row.person_id);
    await sendCode(tx, deps, row, person);
  });
  deps.wakeSender();
}

export type CodeAnswer =
  | { readonly ok: true; readonly token: string; readonly facts: SessionFacts; readonly known: string }
  | { readonly ok: false; readonly reason: 'code-wrong' | 'code-expired' | 'attempt-dead' };

/** `previousToken`: whoever was signed in in this browser is not any more. */
export async function enterCode(
  deps: Deps,
  typed: {
    attempt: string;
    browser: string;
    code: string;
    known: string | undefined;
    previousToken: string | undefined;
  },
): Promise<CodeAnswer> {
  const { storage, ports, keys } = deps;
  return storage.write(async (tx) => {
    const now = ports.now();
    const row = await signInById(tx, typed.attempt, sha256(typed.browser));
    if (row === undefined || isDead(row, now)) return { ok: false, reason: 'attempt-dead' };
    if (now >= (row.code_expires_at ?? 0)) return { ok: false, reason: 'code-expired' };
    const person = row.person_id === null ? undefined : await activePersonById(tx, row.authority_id, row.person_id);
    const isRight = isCode(keys.code, row.id, typed.code, row.code_hmac);
    if (!isRight || row.code_hmac === null || person === undefined) {
      const guesses = row.guesses + 1;
      const isLast = guesses >= guessesMax;
      await updateSignIn(tx, row.id, isLast ? { guesses, code_hmac: null } : { guesses });
      if (isLast) await auditNow(tx, deps, row.authority_id, { action: 'sign-in.failed', actor: row.person_id });
      return { ok: false, reason: isLast ? 'attempt-dead' : 'code-wrong' };
    }
    await updateSignIn(tx, row.id, { done_at: now, code_hmac: null });
    await forgive(tx, deps, person, typed.known);
    if (typed.previousToken !== undefined) await updateSession(tx, tokenHashOf(typed.previousToken), { ended_at: now });
    const { token } = await startSession(tx, deps, person);
    const state = await readSession(tx, token, now);
    if (state.is !== 'live') throw new Error('A session that was just started must be live.');
    const known = isKnownBrowser(keys.account, person.email, typed.known)
      ? (typed.known ?? '')
      : knowBrowser(deps, person.email);
    await auditNow(tx, deps, row.authority_id, { action: 'signed-in', actor: person.id });
    return { ok: true, token, facts: state.facts, known };
  });
}

/**
 * Without a person everything is the same but the message. When the telephone has had its share, no new code is made
 * and the last one stays good.
 */
async function sendCode(tx: Transaction<Tables>, deps: Deps, row: SignIn, person: Person | undefined): Promise<void> {
  const { ports, keys } = deps;
  const now = ports.now();
  const counter = person === undefined ? hmac(keys.account, 'nobody', row.id) : phoneCounter(deps, person.phone);
  const before = await happenings(tx, row.authority_id, counter, 'send', now - longestWindowMs);
  if (row.sends >= sendsPerAttemptMax || waitMs(before, codeSendWindows, now) > 0) return;
  await noteHappening(tx, { authority_id: row.authority_id, account_hmac: counter, what: 'send', at: now });
  const code = makeCode(ports.random);
  await updateSignIn(tx, row.id, {
    code_hmac: codeHmac(keys.code, row.id, code),
    code_expires_at: now + codeLivesMs,
    sends: row.sends + 1,
  });
  if (person !== undefined)
    await queueMessage(tx, deps, {
      authorityId: row.authority_id,
      key: 'signin.code',
      channel: 'sms',
      to: person,
      values: { code },
    });
}

/** Who entered the code holds the telephone and knows the password: what was counted against strangers is forgotten. */
async function forgive(tx: Transaction<Tables>, deps: Deps, person: Person, known: string | undefined): Promise<void> {
  const counters = [accountCounter(deps, person.email), phoneCounter(deps, person.phone)];
  if (known !== undefined) counters.push(hmac(deps.keys.account, 'browser', person.email, known));
  await forgetHappenings(tx, person.authority_id, counters);
}

const isDead = (row: SignIn, now: number) =>
  row.done_at !== null || row.guesses >= guessesMax || now >= row.created_at + attemptLivesMs;
export const normalEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();
const accountCounter = ({ keys }: Deps, email: string) => hmac(keys.account, 'account', email);
const phoneCounter = ({ keys }: Deps, phone: string) => hmac(keys.account, 'phone', phone);
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** A browser that this account signed in with before is counted by itself, so a stranger's guesses cannot lock it out. */
function knowBrowser({ ports, keys }: Deps, email: string): string {
  const id = makeId<string>(ports.random);
  return `${id}.${hmac(keys.account, 'known', email, id)}`;
}
function isKnownBrowser(key: Buffer, email: string, known: string | undefined): boolean {
  const [id, mac] = known?.split('.') ?? [];
  return id !== undefined && mac !== undefined && mac === hmac(key, 'known', email, id);
}
