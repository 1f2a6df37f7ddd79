/**
 * Text messages by GOV.UK Notify, which councils use. Its template holds nothing but ((text)), so the words stay in this
 * project. Notify does not refuse a reference that it has seen, so a retry asks first whether the message is there.
 */
import { SignJWT } from 'jose';
import * as z from 'zod/mini';
import type { SmsCarrier } from './sms-carrier.ts';

const timeoutMs = 20_000;

export interface NotifyOptions {
  /** Name, service id and secret, joined by dashes, as Notify shows it. */
  readonly key: string;
  readonly templateId: string;
  readonly url: string;
  now(): number;
}

export function notifyCarrier({ key, templateId, url, now }: NotifyOptions): SmsCarrier {
  const serviceId = key.slice(-73, -37);
  const secret = new TextEncoder().encode(key.slice(-36));
  const ask = async (path: string, body?: object): Promise<Response> => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(serviceId)
      .setIssuedAt(Math.floor(now() / 1000))
      .sign(secret);
    return fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  };
  return {
    async send({ id, to, body, isRetry }) {
      try {
        if (isRetry) {
          const earlier = await ask(`/v2/notifications?reference=${encodeURIComponent(id)}`);
          if (!earlier.ok) return { is: 'later', code: String(earlier.status) };
          if (found.parse(await earlier.json()).notifications.length > 0) return { is: 'sent' };
        }
        const answer = await ask('/v2/notifications/sms', {
          phone_number: to,
          template_id: templateId,
          personalisation: { text: body },
          reference: id,
        });
        await answer.body?.cancel();
        if (answer.ok) return { is: 'sent' };
        // 400: this number or text is not taken. Everything else (key, limits, trouble there) can be put right.
        return { is: answer.status === 400 ? 'never' : 'later', code: String(answer.status) };
      } catch (error) {
        if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)
          return { is: 'later', code: error.name };
        throw error;
      }
    },
    close: () => undefined,
  };
}

const found = z.object({ notifications: z.array(z.unknown()) });
