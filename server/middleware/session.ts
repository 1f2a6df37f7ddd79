/** Checks the session at every request and says who is asking. Without one the answer is 401, and nothing else happens. */
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { SessionOver } from '#sync/protocol/session.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { activityNotes, readSession } from '#server/services/sessions.ts';
import { cookieName } from './cookies.ts';

/**
 * A request counts as activity unless it says that nobody touched the app (`hub-idle`): polling and an open stream keep
 * no session awake. A sleeping session is told so with its nonce, which the unlocked device signs to wake it.
 */
export function requireSession(deps: Deps) {
  const note = activityNotes(deps);
  return createMiddleware<HubEnv>(async (c, next) => {
    const state = await readSession(
      deps.storage.db,
      getCookie(c, cookieName(deps.config, 'session')),
      deps.ports.now(),
    );
    if (state.is !== 'live') {
      const renewable = state.is === 'idle' ? { renewable: true as const, nonce: state.nonce } : {};
      const over: SessionOver = { error: 'signed-out', ...renewable };
      return c.json({ ...over, reference: c.get('reference') }, 401);
    }
    c.set('session', state.facts);
    await next();
    // Afterwards: what the person came for waits for no note, and the answer says nothing before it is written.
    if (c.req.header('hub-idle') === undefined && c.req.path !== '/api/stream') await note(state);
    return undefined;
  });
}
