/** One request and its answer, as an outcome for the loop to act on. It never decides what happens to the words. */
import type { PushReply } from '#sync/protocol/changes.ts';
import type { Push } from '#sync/protocol/push.ts';
import type { Account } from './account.ts';
import { retryAfterMs } from './backoff.ts';
import { utf8 } from './bytes.ts';
import type { Line } from './line.ts';
import { signatureOf } from './device-signature.ts';
import { gzip } from './push-batch.ts';

export type Sent =
  | { readonly is: 'answered'; readonly reply: PushReply }
  | { readonly is: 'no-line' }
  | { readonly is: 'signed-out' }
  | { readonly is: 'other-person' }
  | { readonly is: 'app-too-old' }
  /** The request as a whole was refused: too large, or unreadable. */
  | { readonly is: 'unfit'; readonly reason: 'too-large' | 'invalid-value' }
  | { readonly is: 'busy'; readonly afterMs: number | undefined };

export async function send(account: Account, line: Line, push: Push): Promise<Sent> {
  const body = await gzip(utf8(JSON.stringify(push)));
  for (let tries = 0; ; tries += 1) {
    const nonce = await line.nonce();
    if (!nonce.ok) return { is: nonce.why === 'ended' ? 'signed-out' : nonce.why };
    const response = await post(account, body, nonce.nonce, push.runs.length + push.commands.length === 0);
    if (response === undefined) return { is: 'no-line' };
    if (response.status === 401) {
      if (tries < 2 && (await mend(line, await errorOf(response)))) continue;
      line.ended();
      return { is: 'signed-out' };
    }
    return outcomeOf(account, response);
  }
}

/** Some refusals say only that the Hub does not know this device or this session's nonce any more. */
async function mend(line: Line, error: string): Promise<boolean> {
  if (error === 'device-unknown') return line.enrol();
  // A session that fell asleep is woken by asking for it anew: `line` signs for it.
  if (error !== 'signature-wrong' && error !== 'signed-out') return false;
  line.forget();
  return true;
}

async function post(
  { ports, device, signing }: Account,
  body: Uint8Array<ArrayBuffer>,
  nonce: string,
  isPoll: boolean,
): Promise<Response | undefined> {
  const signature = await signatureOf(signing.privateKey, '/api/sync', nonce, body);
  const headers = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'hub-request': '1',
    'hub-device': device,
    'hub-signature': signature,
    // Asking for news keeps no session awake: nobody may be there.
    ...(isPoll && { 'hub-idle': '1' }),
  };
  try {
    return await ports.fetch('/api/sync', {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers,
      body,
    });
  } catch {
    return undefined;
  }
}

async function outcomeOf({ ports }: Account, response: Response): Promise<Sent> {
  switch (response.status) {
    case 200: {
      const reply = await replyOf(response);
      return reply === undefined ? { is: 'no-line' } : { is: 'answered', reply };
    }
    case 409:
      return { is: 'other-person' };
    case 413:
      return { is: 'unfit', reason: 'too-large' };
    case 422:
      return { is: 'unfit', reason: 'invalid-value' };
    case 426:
      return { is: 'app-too-old' };
    default:
      return { is: 'busy', afterMs: retryAfterMs(response, ports.now()) };
  }
}

/** Undefined when the line broke in the middle, or when something between answered in the Hub's place. */
async function replyOf(response: Response): Promise<PushReply | undefined> {
  try {
    const reply = (await response.json()) as Partial<PushReply> | null;
    return reply !== null && Array.isArray(reply.verdicts) && Array.isArray(reply.commands)
      ? (reply as PushReply)
      : undefined;
  } catch {
    return undefined;
  }
}

async function errorOf(response: Response): Promise<string> {
  try {
    return ((await response.json()) as { error?: string }).error ?? '';
  } catch {
    return '';
  }
}
