/** The session itself: who I am, waking it by unlocking the device, and leaving. */
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { sessionRenew, signOut, type Refusal, type SessionReply } from '#sync/protocol/session.ts';
import { cookieName, giveCookie } from '#server/middleware/cookies.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { endSession, renewSession, sessionInfo } from '#server/services/sessions.ts';
import { readJson } from './read-json.ts';

export function sessionRoutes(deps: Deps) {
  const { config, ports } = deps;
  return new Hono<HubEnv>()
    .get('/session', requireSession(deps), (c) => c.json<SessionReply>(sessionInfo(c.get('session'), ports.now())))
    .post('/session/renew', async (c) => {
      const body = await readJson(c, sessionRenew);
      if (!body.ok) return body.response;
      const renewal = await renewSession(deps, {
        token: getCookie(c, cookieName(config, 'session')),
        device: c.req.header('hub-device') ?? '',
        signature: c.req.header('hub-signature') ?? '',
        body: body.bytes,
        path: '/api/session/renew',
      });
      if (!renewal.ok) return c.json<Refusal>({ error: renewal.reason, reference: c.get('reference') }, 401);
      return c.json<SessionReply>(sessionInfo(renewal.facts, ports.now()));
    })
    .post('/sign-out', requireSession(deps), async (c) => {
      const body = await readJson(c, signOut);
      if (!body.ok) return body.response;
      await endSession(deps, c.get('session'), body.value.everywhere === true);
      giveCookie(c, config, 'session', '', 0);
      return c.json({});
    });
}
