/** E-mail and password, then the code. Every answer to the first and to a resend is the same for every account. */
import { Hono, type Context } from 'hono';
import { getCookie } from 'hono/cookie';
import {
  signIn,
  signInCode,
  signInResend,
  type Refusal,
  type SessionReply,
  type SignInReply,
} from '#sync/protocol/session.ts';
import { cookieName, giveCookie } from '#server/middleware/cookies.ts';
import { addressOf, rateLimit, tooMany } from '#server/middleware/rate-limit.ts';
import { authorityAt } from '#server/services/authorities.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { sessionInfo } from '#server/services/sessions.ts';
import { beginSignIn, enterCode, resendCode } from '#server/services/sign-in.ts';
import { readJson } from './read-json.ts';

const attemptCookieS = 60 * 60;
const knownCookieS = 180 * 24 * 60 * 60;
/** 300 in a quarter of an hour from one address: a school where everybody signs in on a Monday morning. */
const perAddress = { perSecond: 300 / (15 * 60), burst: 300 };

export function signInRoutes(deps: Deps) {
  const { config, ports } = deps;
  const cookie = (c: Context, name: 'session' | 'attempt' | 'known') => getCookie(c, cookieName(config, name));
  const coarse = rateLimit(ports, perAddress, (c) => addressOf(c, config.trustedProxies));
  return new Hono<HubEnv>()
    .post('/sign-in', coarse, async (c) => {
      const body = await readJson(c, signIn);
      if (!body.ok) return body.response;
      const authorityId = await authorityAt(deps, new URL(c.req.url).host);
      const browser = Buffer.from(ports.random(32)).toString('base64url');
      const begun = await beginSignIn(deps, { ...body.value, authorityId, browser, known: cookie(c, 'known') });
      if (!begun.ok) return tooMany(c, begun.waitMs);
      giveCookie(c, config, 'attempt', browser, attemptCookieS);
      return c.json<SignInReply>({ attempt: begun.attempt });
    })
    .post('/sign-in/code', coarse, async (c) => {
      const body = await readJson(c, signInCode);
      if (!body.ok) return body.response;
      const answer = await enterCode(deps, {
        attempt: body.value.attempt,
        code: body.value.code.replace(/\s/g, ''),
        browser: cookie(c, 'attempt') ?? '',
        known: cookie(c, 'known'),
        previousToken: cookie(c, 'session'),
      });
      if (!answer.ok) return c.json<Refusal>({ error: answer.reason, reference: c.get('reference') }, 401);
      const now = ports.now();
      giveCookie(c, config, 'attempt', '', 0);
      giveCookie(c, config, 'known', answer.known, knownCookieS);
      giveCookie(c, config, 'session', answer.token, Math.floor((answer.facts.expiresAt - now) / 1000));
      return c.json<SessionReply>(sessionInfo(answer.facts, now));
    })
    .post('/sign-in/resend', coarse, async (c) => {
      const body = await readJson(c, signInResend);
      if (!body.ok) return body.response;
      await resendCode(deps, { attempt: body.value.attempt, browser: cookie(c, 'attempt') ?? '' });
      return c.json({});
    });
}
