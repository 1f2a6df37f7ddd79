/**
 * Hands out the built app. A file that is not there is 404: answered by the page instead, a missing script of an older
 * version would die on a syntax error. Every other address is a screen and gets the page, which then draws it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { HubEnv } from '#server/services/session-facts.ts';

const forAYear = 'public, max-age=31536000, immutable';

export function staticRoutes(buildFolder: string) {
  const shell = readFileSync(join(buildFolder, '200.html'), 'utf8');
  return new Hono<HubEnv>()
    .use('/*', async (c, next) => {
      await next();
      // Set here: what serveStatic's own hook sets comes after its answer was made, and is lost.
      const isForAYear = c.req.path.startsWith('/_app/immutable/') && c.res.status < 400;
      c.header('cache-control', isForAYear ? forAYear : 'no-cache');
    })
    .use('/*', serveStatic({ root: buildFolder, precompressed: true }))
    .get('/*', (c) => {
      const isFile = c.req.path.startsWith('/_app/') || /\.[a-z0-9]+$/i.test(c.req.path);
      return isFile ? c.text('Not found', 404) : c.html(shell);
    });
}
