/**
 * What every answer carries so that a browser does nothing with it that we did not mean. The policy is a header, because
 * a page cannot say of itself who may frame it; the hashes of the build's own start scripts are read from its pages once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMiddleware } from 'hono/factory';
import type { Config } from '#server/config.ts';

const twoYearsS = 2 * 365 * 24 * 60 * 60;

export function securityHeaders({ mode }: Config, pagePolicy: string) {
  return createMiddleware(async (c, next) => {
    await next();
    // Straight into the answer that stands: setting them one by one on the context would make it anew each time.
    const { headers } = c.res;
    const set = (name: string, value: string) => {
      if (!headers.has(name)) headers.set(name, value);
    };
    const isApi = c.req.path.startsWith('/api/');
    set('content-security-policy', isApi ? apiPolicy : isWorker(c.req.path) ? workerPolicy : pagePolicy);
    set('x-content-type-options', 'nosniff');
    set('cross-origin-resource-policy', 'same-origin');
    if (isApi) set('cache-control', 'no-store');
    else {
      // What these say is for pages and what belongs to them; an answer of the API is neither, and there are very many.
      set('reporting-endpoints', 'csp="/api/csp-reports"');
      set('referrer-policy', 'no-referrer');
      set('cross-origin-opener-policy', 'same-origin');
      set('permissions-policy', permissions);
    }
    if (mode === 'production') set('strict-transport-security', `max-age=${String(twoYearsS)}; includeSubDomains`);
  });
}

/** WebAssembly runs in workers only: the page that starts them may not compile any. */
const isWorker = (path: string) =>
  /^\/_app\/immutable\/(workers|assets)\/.*worker.*\.js$|^\/_app\/immutable\/workers\//.test(path);
const workerPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; base-uri 'none'";
/** Shown as a page by itself, it can do nothing and be framed by nobody. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

const permissions = [
  ...[
    'accelerometer',
    'autoplay',
    'display-capture',
    'encrypted-media',
    'geolocation',
    'gyroscope',
    'hid',
    'idle-detection',
  ],
  ...['magnetometer', 'midi', 'payment', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .concat('camera=(self)', 'microphone=(self)')
  .join(', ');

export function pagePolicyOf(buildFolder: string): string {
  const policies = pagesOf(buildFolder).map((page) => metaPolicy(readFileSync(page, 'utf8')));
  const hashes = (directive: string) =>
    [
      ...new Set(
        policies.flatMap((policy) => (policy.get(directive) ?? []).filter((source) => source.startsWith("'sha256-"))),
      ),
    ].join(' ');
  const said = (directive: string) => {
    const sources = policies.find((policy) => policy.has(directive))?.get(directive);
    return sources === undefined ? '' : [directive, ...sources].join(' ');
  };
  const announcer = hashes('style-src-attr');
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes('script-src')}`.trimEnd(),
    "style-src 'self'",
    announcer === '' ? '' : `style-src-attr 'unsafe-hashes' ${announcer}`,
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    ...['font', 'connect', 'worker', 'manifest'].map((kind) => `${kind}-src 'self'`),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    // What the app says of Trusted Types in its own pages is said once more: it alone knows its policies by name.
    ...['require-trusted-types-for', 'trusted-types'].map((name) => said(name)),
    'report-to csp',
  ]
    .filter(Boolean)
    .join('; ');
}

function pagesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function metaPolicy(html: string): Map<string, string[]> {
  const content = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html)?.[1] ?? '';
  return new Map(
    content
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = '', ...sources]) => [name, sources]),
  );
}
