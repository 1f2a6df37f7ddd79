/**
 * Where a device's person writes now. Whatever they may see, the answer is the same, and given before anything is looked
 * up: it tells nobody what there is, nor how long it takes to find out.
 */
import { Hono } from 'hono';
import { presence as presenceShape } from '#sync/protocol/presence.ts';
import { rateLimit } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { readSigned } from '#server/services/signed-request.ts';
import type { Sync } from '#server/services/sync.ts';
import { readBytes } from './read-json.ts';

export function presenceRoutes(deps: Deps, sync: Sync) {
  // An allowance of its own: who is where must never cost anybody the sending of words.
  const perDevice = rateLimit(deps.ports, { perSecond: 1, burst: 20 }, (c) => c.get('session').deviceId);
  return new Hono<HubEnv>().post('/presence', requireSession(deps), perDevice, async (c) => {
    const refuse = (status: 401 | 409 | 413 | 422 | 426 | 503, error: string) =>
      c.json({ error, reference: c.get('reference') }, status);
    const session = c.get('session');
    const body = await readBytes(c, bytesMax);
    if (body === undefined) return refuse(413, 'unreadable');
    const read = await readSigned(session, {
      path: '/api/presence',
      body,
      isGzip: false,
      device: c.req.header('hub-device'),
      signature: c.req.header('hub-signature'),
      bytesMax,
    });
    if (!read.ok) return refuse(statusOf[read.reason], read.reason);
    const said = presenceShape.safeParse(read.json);
    if (!said.success) return refuse(422, 'unreadable');
    const { account, device, pen, place } = said.data;
    if (account !== session.personId) return refuse(409, 'other-person');
    if (device !== session.deviceId) return refuse(401, 'device-unknown');
    sync.presence.say({ authority: session.authorityId, person: account, device, pen, place });
    return c.body(null, 204);
  });
}
const bytesMax = 1_024;
const statusOf = { 'device-unknown': 401, 'signature-wrong': 401, 'app-too-old': 426, 'newer-app': 503 } as const;
