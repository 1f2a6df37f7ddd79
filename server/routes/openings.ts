/** Who has opened a document. Whoever may not know gets the same answer as for a document that does not exist. */
import { Hono } from 'hono';
import type { Opening } from '#sync/protocol/openings.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { id } from '#sync/protocol/shapes.ts';
import { rateLimit } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import { noteDenial } from '#server/services/denials.ts';
import { openingsOf } from '#server/services/openings.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import type { Sync } from '#server/services/sync.ts';
import { readerOf } from '#server/services/viewer.ts';

const documentId = id<DocumentId>();

export function openingsRoutes(deps: Deps, sync: Sync) {
  const perDevice = rateLimit(deps.ports, { perSecond: 2, burst: 60 }, (c) => c.get('session').deviceId);
  return new Hono<HubEnv>().get('/documents/:doc/openings', requireSession(deps), perDevice, async (c) => {
    const session = c.get('session');
    if (session.deviceId === undefined) return c.json({ error: 'device-unknown', reference: c.get('reference') }, 401);
    const { data: doc } = documentId.safeParse(c.req.param('doc'));
    const reader = readerOf(session, session.deviceId);
    const openings = doc && (await openingsOf(sync, reader, doc));
    if (openings === undefined && doc !== undefined) noteDenial(sync, reader, 'openings', doc);
    if (openings === undefined) return c.json({ error: 'not-found', reference: c.get('reference') }, 404);
    return c.json<readonly Opening[]>(openings, 200, { 'cache-control': 'no-store' });
  });
}
