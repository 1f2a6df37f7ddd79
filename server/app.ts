/** Puts the server together: what every request passes, then the routes. The one place that turns a bug into an answer. */
import { Hono } from 'hono';
import { securityHeaders, pagePolicyOf } from './middleware/headers.ts';
import { requestLog } from './middleware/request-log.ts';
import { sameOrigin } from './middleware/same-origin.ts';
import { cspReportRoutes } from './routes/csp-reports.ts';
import { deviceRoutes } from './routes/devices.ts';
import { fileRoutes } from './routes/files.ts';
import { healthzRoutes } from './routes/healthz.ts';
import { historyRoutes } from './routes/history.ts';
import { openingsRoutes } from './routes/openings.ts';
import { outboxRoutes } from './routes/outbox.ts';
import { presenceRoutes } from './routes/presence.ts';
import { sessionRoutes } from './routes/session.ts';
import { settingRoutes } from './routes/settings.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { staticRoutes } from './routes/static.ts';
import { streamRoutes } from './routes/stream.ts';
import { syncRoutes } from './routes/sync.ts';
import { diskTrouble } from './routes/disk-trouble.ts';
import { diskStateIn, placesOf, type Deps } from './services/deps.ts';
import type { HubEnv } from './services/session-facts.ts';
import type { Sync } from './services/sync.ts';

/** `buildFolder` holds the built app; without it (in tests of the API) there are no pages. */
export function makeApp(deps: Deps, sync: Sync, buildFolder?: string) {
  const { config, log, ports } = deps;
  const app = new Hono<HubEnv>();
  app.use(requestLog(deps));
  app.use(
    securityHeaders(
      config,
      buildFolder === undefined ? "default-src 'none'; frame-ancestors 'none'" : pagePolicyOf(buildFolder),
    ),
  );
  app.route('/', healthzRoutes(deps));
  if (config.mode === 'demonstration') app.route('/', outboxRoutes(deps));
  else app.all('/outbox', (c) => c.notFound());
  // Reports come from the browser itself, without any header of ours.
  app.route('/api', cspReportRoutes(deps));

  app.use('/api/*', sameOrigin(config));
  app.route('/api', signInRoutes(deps));
  app.route('/api', sessionRoutes(deps));
  app.route('/api', deviceRoutes(deps));
  app.route('/api', syncRoutes(deps, sync));
  app.route('/api', streamRoutes(deps, sync));
  app.route('/api', presenceRoutes(deps, sync));
  app.route('/api', settingRoutes(deps));
  app.route('/api', historyRoutes(deps, sync));
  app.route('/api', openingsRoutes(deps, sync));
  app.route('/api', fileRoutes(deps, sync));
  app.all('/api/*', (c) => c.json({ error: 'not-found', reference: c.get('reference') }, 404));
  if (buildFolder !== undefined) app.route('/', staticRoutes(buildFolder));

  app.notFound((c) => c.json({ error: 'not-found', reference: c.get('reference') }, 404));
  app.onError((error, c) => {
    const state = diskStateIn(error);
    if (state !== undefined) return diskTrouble(c, deps, state);
    log({ event: 'bug', at: ports.now(), reference: c.get('reference'), code: error.name, where: placesOf(error) });
    return c.json({ error: 'unexpected', reference: c.get('reference') }, 500);
  });
  return app;
}
