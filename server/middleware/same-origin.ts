/**
 * Only the Hub's own pages may ask its API. Another site's page can send neither our header nor JSON without a
 * preflight, which is never granted; where the browser tells the origin, it must be ours.
 */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Config } from '#server/config.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

const uploadType = 'application/offset+octet-stream';

export const sameOrigin = (config: Config) =>
  createMiddleware<HubEnv>(async (c, next) => {
    const refuse = (status: 403 | 415) =>
      c.json({ error: status === 415 ? 'json-only' : 'other-site', reference: c.get('reference') }, status);
    const site = c.req.header('sec-fetch-site');
    const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (site !== undefined && site !== 'same-origin' && !(isReading && site === 'none')) return refuse(403);
    const origin = c.req.header('origin');
    if (origin !== undefined && !isOurs(c, config, origin)) return refuse(403);
    if (isReading) return next();
    if (c.req.header('hub-request') !== '1') return refuse(403);
    const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    if (
      type !== 'application/json' &&
      !(c.req.path.startsWith('/api/files') && (type === undefined || type === uploadType))
    )
      return refuse(415);
    return next();
  });

/** A demonstration is reached by several names of one machine, so there the request's own host decides. */
function isOurs(c: Context, { mode, url }: Config, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  if (url !== undefined && new URL(url).origin === origin) return true;
  return mode === 'demonstration' && new URL(origin).host === new URL(c.req.url).host;
}
