/** Gives each request a reference and writes one line about it: the route's pattern, never the address or the body. */
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { makeId } from '#sync/model/ids.ts';
import type { Deps } from '#server/services/deps.ts';
import { hmac } from '#server/services/keys.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

export const requestLog = ({ ports, keys, log }: Deps) =>
  createMiddleware<HubEnv>(async (c, next) => {
    const reference = makeId<string>(ports.random);
    const began = ports.now();
    c.set('reference', reference);
    await next();
    const person = (c.get('session') as HubEnv['Variables']['session'] | undefined)?.personId;
    log({
      event: 'request',
      at: began,
      reference,
      method: c.req.method,
      route: matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'file or page',
      status: c.res.status,
      ms: ports.now() - began,
      ...(person === undefined ? {} : { account: hmac(keys.log, person).slice(0, 12) }),
    });
  });
