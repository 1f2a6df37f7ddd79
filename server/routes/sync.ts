/** Push and pull in one request: on a bad line it is round trips that cost. */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { pushBytesMax } from '#sync/protocol/limits.ts';
import { isPacked, packFrame } from '#sync/protocol/pack.ts';
import { pushAllowance } from '#server/middleware/push-allowance.ts';
import { rateLimit, tooMany } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import { applyPush } from '#server/services/apply-push.ts';
import { readPush } from '#server/services/apply-push-read.ts';
import type { Deps } from '#server/services/deps.ts';
import { listedEnd } from '#server/services/list-pages.ts';
import { ListedGroup } from '#server/services/list-snapshots.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import type { Sync } from '#server/services/sync.ts';
import { jsonAnswer, jsonAnswerAround } from './json-answer.ts';
import { readBytes } from './read-json.ts';

export function syncRoutes(deps: Deps, sync: Sync) {
  const allowance = pushAllowance();
  return new Hono<HubEnv>().post(
    '/sync',
    requireSession(deps),
    rateLimit(deps.ports, { perSecond: 5, burst: 50 }, (c) => c.get('session').deviceId),
    async (c) => {
      const at = deps.ports.now();
      const body = await readBytes(c, pushBytesMax);
      if (body === undefined) return refuse(c, 422, 'unreadable');
      const session = c.get('session');
      const read = await readPush(session, {
        body,
        isGzip: c.req.header('content-encoding') === 'gzip',
        device: c.req.header('hub-device'),
        signature: c.req.header('hub-signature'),
      });
      if (!read.ok) return refuse(c, statusOf[read.reason], read.reason);
      const waitMs = allowance.take(read.push.device, read.size, at);
      if (waitMs > 0) return tooMany(c, waitMs);
      const result = await applyPush(sync, session, read.push, at);
      if (!result.ok) return refuse(c, statusOf[result.reason], result.reason);
      allowance.giveBack(read.push.device, read.size, result.reply.verdicts.length);
      const { frame, ...reply } = result.reply;
      if (frame === undefined) return jsonAnswer(c, reply);
      const { listed, ...wire } = isPacked(read.push.v) ? packFrame(frame) : frame;
      return listed instanceof ListedGroup
        ? jsonAnswerAround(c, { ...reply, frame: { ...wire, listed: 0 } }, listed.parts, listedEnd)
        : jsonAnswer(c, { ...reply, frame: wire });
    },
  );
}

/** What the device does differs by status: sign in again, keep the words, split and retry, wait. */
const statusOf = {
  'device-unknown': 401,
  'signature-wrong': 401,
  'other-person': 409,
  unreadable: 422,
  'app-too-old': 426,
  'newer-app': 503,
  'too-many-waiting': 503,
} as const;

function refuse(c: Context<HubEnv>, status: (typeof statusOf)[keyof typeof statusOf], error: keyof typeof statusOf) {
  if (status === 503) c.header('retry-after', error === 'newer-app' ? '300' : '2');
  return c.json({ error, reference: c.get('reference') }, status);
}
