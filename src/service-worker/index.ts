/**
 * Keeps the app itself, never an answer of the API: what belongs to a person lies sealed in the device store alone.
 * A new version waits until the page asks for it, so that no open form has its code changed beneath it.
 */
import { version } from '$app/env';
import { assets, immutable, prerendered } from '$app/manifest';
import { self } from '$app/service-worker';

const prefix = 'ehc-hub-app-';
const cacheName = `${prefix}${version}`;
const shell = '/200.html';

const pathOf = ({ path }: { readonly path: string }): string => `/${path}`;
const named = immutable.map(pathOf);
/** Letters and shapes for PDF: large, so they never hold up an installation; they are kept once they were fetched. */
const isHeavy = (path: string): boolean => /\.(ttf|otf|woff2?|wasm)$/.test(path);

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  const type = (event.data as { type?: unknown } | null)?.type;
  if (type === 'SKIP_WAITING') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/') || url.pathname.startsWith('/outbox') || url.pathname === '/healthz') return;
  event.respondWith(answer(request, url));
});

async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  // A file named by its contents is taken over from the version before: an update costs only what changed.
  const lacking: string[] = [];
  for (const path of named) {
    const before = await caches.match(path);
    if (before !== undefined) await cache.put(path, before);
    else if (!isHeavy(path)) lacking.push(path);
  }
  const fresh = [...lacking, ...assets.map(pathOf), ...prerendered.map(pathOf), shell];
  await cache.addAll(fresh.map((path) => new Request(path, { cache: 'reload' })));
}

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(url.pathname);
  if (kept !== undefined) return kept;
  if (request.mode === 'navigate') return (await cache.match(shell)) ?? fetch(request);
  const answered = await fetch(request);
  if (answered.ok && isHeavy(url.pathname)) await cache.put(url.pathname, answered.clone());
  return answered;
}
