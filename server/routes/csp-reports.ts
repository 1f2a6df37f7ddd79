/** Browsers tell here what the content policy stopped. Only the kind is kept: the rest could hold an address. */
import { Hono } from 'hono';
import * as z from 'zod/mini';
import { addressOf, rateLimit } from '#server/middleware/rate-limit.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { readJson } from './read-json.ts';

const reports = z
  .array(z.object({ body: z.object({ effectiveDirective: z.string().check(z.regex(/^[a-z-]{1,40}$/)) }) }))
  .check(z.maxLength(50));

/** Anybody can send one without a session, so only so many are written down. */
const perAddress = { perSecond: 1, burst: 60 };

export const cspReportRoutes = ({ log, ports, config }: Deps) => {
  const coarse = rateLimit(ports, perAddress, (c) => addressOf(c, config.trustedProxies));
  return new Hono<HubEnv>().post('/csp-reports', coarse, async (c) => {
    const read = await readJson(c, reports);
    if (!read.ok) return read.response;
    for (const { body } of read.value)
      log({ event: 'report', at: ports.now(), reference: c.get('reference'), code: body.effectiveDirective });
    return c.body(null, 204);
  });
};
