/** The session with the Hub as this tab knows it: whether it stands, and the nonce that requests are signed with. */
import { base64OfBytes } from '#sync/model/base64.ts';
import type { PersonId } from '#sync/model/ids.ts';
import { utf8 } from './bytes.ts';
import { signatureOf } from './device-signature.ts';
import type { DevicePorts } from './ports.ts';
import type { SessionOver, SessionReply } from '#sync/protocol/session.ts';
import { watched, type Watched } from './watched.ts';

export type LineState = 'unknown' | 'signed-in' | 'ended' | 'other-person';
export type Nonce =
  | { readonly ok: true; readonly nonce: string }
  | { readonly ok: false; readonly why: 'ended' | 'other-person' | 'no-line' };

export interface Line {
  readonly state: Watched<LineState>;
  /** Asks the Hub when it is not known. */
  nonce(): Promise<Nonce>;
  /** Makes this device's key known to the Hub under the session. */
  enrol(): Promise<boolean>;
  ended(): void;
  /** Ask again before the next request. */
  forget(): void;
  /** A sign-in just gave it. */
  begin(session: SessionReply): void;
}

export interface LineFacts {
  readonly person: PersonId;
  readonly device: string;
  readonly signing: CryptoKeyPair;
  /** The Hub's newest word on who this is. */
  onSession(session: SessionReply): void;
}

export function openLine(ports: DevicePorts, facts: LineFacts): Line {
  const state = watched<LineState>('unknown');
  let session: SessionReply | undefined;
  const begin = (known: SessionReply) => {
    session = known;
    state.set('signed-in');
    facts.onSession(known);
  };
  const enrol = async () => {
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', facts.signing.publicKey));
    const answer = await askJson(ports, 'POST', '/api/devices', {
      device: facts.device,
      publicKey: base64OfBytes(spki),
    });
    return answer !== undefined && answer.status >= 200 && answer.status < 300;
  };
  /** A session that was never told of this device is told first; what it says to the next request decides. */
  const known = async (told: SessionReply): Promise<Nonce> => {
    if (told.device !== facts.device && (await enrol())) session = { ...told, device: facts.device };
    return { ok: true, nonce: told.nonce };
  };
  /** A session sleeps after 30 minutes without activity. The store is open, so its person was here: the device's key wakes it. */
  const wake = async ({ renewable, nonce }: Partial<SessionOver>): Promise<SessionReply | undefined> => {
    if (renewable !== true || nonce === undefined) return undefined;
    const path = '/api/session/renew';
    const signature = await signatureOf(facts.signing.privateKey, path, nonce, utf8('{}'));
    const answer = await askJson(ports, 'POST', path, {}, { 'hub-device': facts.device, 'hub-signature': signature });
    return answer?.status === 200 ? (answer.body as SessionReply) : undefined;
  };
  return {
    state,
    begin,
    async nonce() {
      if (session !== undefined) return known(session);
      const answer = await askJson(ports, 'GET', '/api/session');
      if (answer === undefined) return { ok: false, why: 'no-line' };
      const woken = answer.status === 401 ? await wake(answer.body as Partial<SessionOver>) : undefined;
      if (answer.status === 401 && woken === undefined) {
        state.set('ended');
        return { ok: false, why: 'ended' };
      }
      if (answer.status !== 200 && woken === undefined) return { ok: false, why: 'no-line' };
      const told = woken ?? (answer.body as SessionReply);
      // Someone else signed in with this browser: not one word goes out under their name.
      if (told.person.id !== facts.person) {
        state.set('other-person');
        return { ok: false, why: 'other-person' };
      }
      begin(told);
      return known(told);
    },
    enrol,
    ended() {
      session = undefined;
      state.set('ended');
    },
    forget() {
      session = undefined;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly response: Response;
}

/** Undefined without a connection. A body that is no JSON is `undefined`: some proxies answer in words of their own. */
export async function askJson(
  ports: Pick<DevicePorts, 'fetch'>,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  extra: Readonly<Record<string, string>> = {},
): Promise<Answer | undefined> {
  try {
    const response = await ports.fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'hub-request': '1', ...(method === 'POST' && { 'content-type': 'application/json' }), ...extra },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), response };
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
