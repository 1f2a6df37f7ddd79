/** Answers when the server is ready: the database can be read. */
import { Hono } from 'hono';
import { assertReady } from '#server/services/authorities.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

export const healthzRoutes = (deps: Deps) =>
  new Hono<HubEnv>().get('/healthz', async (c) => {
    await assertReady(deps);
    return c.text('ok', 200, { 'cache-control': 'no-store' });
  });
