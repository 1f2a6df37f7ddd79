/**
 * What a phone on a bad line must load before the first screen answers: the compressed scripts of sign-in and of the
 * request list. Prints the bytes; fails above the budget, or when something heavy came into the first load.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { firstLoad, nodesOfRoute, type Manifest } from './first-load.ts';

const budgetBytes = 100_000;
/** Asked for by the outermost layout of every page; and, once somebody is signed in, what brings the list and syncs it. */
const pages = {
  'sign-in': { route: '/sign-in', atOnce: ['lib/device/browser.ts'] },
  'request list': { route: '/', atOnce: ['lib/device/browser.ts', 'lib/device/workspace.ts'] },
};
/** Fetched when they are wanted, never before: the editor, forms and their lists, PDF, and parts that draw a field. */
const heavy =
  /node_modules\/(yjs|lib0|y-protocols|@tiptap|prosemirror-|pdf-lib|harfbuzzjs|subset-font|bidi-js|tus-js-client|accessible-autocomplete)|sync\/(rules\/text|forms\/[^/]+\/)|sync\/code-lists\/|lib\/(print|forms\/fields)\/[A-Z]/;

const root = join(import.meta.dirname, '../..');
const client = join(root, '.svelte-kit/output/client');
const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
const contents = JSON.parse(readFileSync(join(client, '.vite/contents.json'), 'utf8')) as Record<string, string[]>;
const app = readFileSync(join(root, '.svelte-kit/generated/build/client-optimized/app.js'), 'utf8');

const problems = Object.entries(pages).flatMap(([name, page]) => problemsOf(name, page));
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function problemsOf(name: string, { route, atOnce }: { route: string; atOnce: readonly string[] }): string[] {
  const nodes = nodesOfRoute(app, route);
  if (nodes === undefined) return [`The app has no page at ${route}, so the size of ${name} is unknown.`];
  const files = firstLoad(manifest, nodes, atOnce);
  const sizeBy = (compress: (script: Buffer) => Buffer) =>
    files.reduce((total, file) => total + compress(readFileSync(join(client, file))).length, 0);
  // The server sends brotli to every browser that takes it, which over https is every one; gzip is printed beside it.
  const bytes = sizeBy((script) => brotliCompressSync(script));
  const gzipped = sizeBy((script) => gzipSync(script, { level: 9 }));
  console.log(
    `${name} (${route}): ${bytes} bytes of script by brotli (${gzipped} by gzip) in ${files.length} files, budget ${budgetBytes}`,
  );
  const tooLarge = bytes > budgetBytes ? [`${name} is ${bytes - budgetBytes} bytes over its budget.`] : [];
  const found = files.flatMap((file) => contents[file] ?? []).filter((module) => heavy.test(module));
  return [...tooLarge, ...found.map((module) => `${name} loads ${module} at once; load it when it is wanted.`)];
}
