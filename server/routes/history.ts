/** Earlier values of one field. Whoever may not read them gets the same answer as for a field that does not exist. */
import { Hono } from 'hono';
import { historyAsked, type EarlierAnswer } from '#sync/protocol/history.ts';
import { rateLimit } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import { noteDenial } from '#server/services/denials.ts';
import { historyOf } from '#server/services/history.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import type { Sync } from '#server/services/sync.ts';
import { readerOf } from '#server/services/viewer.ts';

export function historyRoutes(deps: Deps, sync: Sync) {
  const perDevice = rateLimit(deps.ports, { perSecond: 2, burst: 60 }, (c) => c.get('session').deviceId);
  return new Hono<HubEnv>().get('/documents/:doc/history', requireSession(deps), perDevice, async (c) => {
    const session = c.get('session');
    if (session.deviceId === undefined) return c.json({ error: 'device-unknown', reference: c.get('reference') }, 401);
    const asked = historyAsked.safeParse({ ...c.req.query(), doc: c.req.param('doc') });
    const { doc, holder, field } = asked.data ?? {};
    const reader = readerOf(session, session.deviceId);
    const entries =
      doc !== undefined && holder !== undefined && field !== undefined
        ? await historyOf(sync, reader, doc, holder, field)
        : undefined;
    if (entries === undefined && doc !== undefined) noteDenial(sync, reader, 'history', doc);
    if (entries === undefined) return c.json({ error: 'not-found', reference: c.get('reference') }, 404);
    return c.json<readonly EarlierAnswer[]>(entries, 200, { 'cache-control': 'no-store' });
  });
}
