/** The settings of the area, for whoever is signed in to its authority. */
import { Hono } from 'hono';
import type { SettingsReply } from '#sync/protocol/settings.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { areaSettings } from '#server/services/settings.ts';

export const settingRoutes = (deps: Deps) =>
  new Hono<HubEnv>().get('/settings', requireSession(deps), async (c) =>
    c.json<SettingsReply>({ settings: await areaSettings(deps, c.get('session').authorityId) }, 200, {
      'cache-control': 'no-store',
    }),
  );
