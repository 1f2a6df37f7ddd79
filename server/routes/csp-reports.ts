/** Browsers tell here what the content policy stopped. Only the kind is kept: the rest could hold an address. */
import { Hono } from 'hono';
import * as z from 'zod/mini';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { readJson } from './read-json.ts';

const reports = z
  .array(z.object({ body: z.object({ effectiveDirective: z.string().check(z.regex(/^[a-z-]{1,40}$/)) }) }))
  .check(z.maxLength(50));

export const cspReportRoutes = ({ log, ports }: Deps) =>
  new Hono<HubEnv>().post('/csp-reports', async (c) => {
    const read = await readJson(c, reports);
    if (!read.ok) return read.response;
    for (const { body } of read.value)
      log({ event: 'report', at: ports.now(), reference: c.get('reference'), code: body.effectiveDirective });
    return c.body(null, 204);
  });
