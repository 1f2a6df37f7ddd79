/** Gives each request a reference and writes one line about it: the route's pattern, never the address or the body. */
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { makeId } from '#sync/model/ids.ts';
import type { Deps } from '#server/services/deps.ts';
import { hmac } from '#server/services/keys.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

export function requestLog({ ports, keys, log }: Deps) {
  const names = new Map<string, string>();
  const nameOf = (person: string) => {
    const name = names.get(person) ?? hmac(keys.log, person).slice(0, 12);
    if (names.size >= namesMax) names.clear();
    names.set(person, name);
    return name;
  };
  return createMiddleware<HubEnv>(async (c, next) => {
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
      ...(person === undefined ? {} : { account: nameOf(person) }),
    });
  });
}
const namesMax = 20_000;
