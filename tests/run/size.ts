/**
 * What a phone on a bad line must load before the first screen answers: the compressed scripts of sign-in and of the
 * request list. Prints the bytes; fails above the budget, or when something heavy came into the first load.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { firstLoad, nodesOfRoute, type Manifest } from './first-load.ts';

const budgetBytes = 100_000;
const pages = { 'sign-in': '/sign-in', 'request list': '/' };
/** Asked for by the outermost layout of every page. */
const atOnce = ['lib/device/browser.ts'];
/** Fetched when they are wanted, never before: the editor, forms and their lists, PDF, and parts that draw a field. */
const heavy =
  /node_modules\/(yjs|lib0|y-protocols|@tiptap|prosemirror-|pdf-lib|harfbuzzjs|subset-font|bidi-js|tus-js-client|accessible-autocomplete)|sync\/(rules\/text|forms\/[^/]+\/)|sync\/code-lists\/|lib\/(print|forms\/fields)\/[A-Z]/;

const root = join(import.meta.dirname, '../..');
const client = join(root, '.svelte-kit/output/client');
const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
const contents = JSON.parse(readFileSync(join(client, '.vite/contents.json'), 'utf8')) as Record<string, string[]>;
const app = readFileSync(join(root, '.svelte-kit/generated/build/client-optimized/app.js'), 'utf8');

const problems = Object.entries(pages).flatMap(([name, route]) => problemsOf(name, route));
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

function problemsOf(name: string, route: string): string[] {
  const nodes = nodesOfRoute(app, route);
  if (nodes === undefined) return [`The app has no page at ${route}, so the size of ${name} is unknown.`];
  const files = firstLoad(manifest, nodes, atOnce);
  const bytes = files.reduce(
    (total, file) => total + gzipSync(readFileSync(join(client, file)), { level: 9 }).length,
    0,
  );
  console.log(
    `${name} (${route}): ${bytes} bytes of compressed script in ${files.length} files, budget ${budgetBytes}`,
  );
  const tooLarge = bytes > budgetBytes ? [`${name} is ${bytes - budgetBytes} bytes over its budget.`] : [];
  const found = files.flatMap((file) => contents[file] ?? []).filter((module) => heavy.test(module));
  return [...tooLarge, ...found.map((module) => `${name} loads ${module} at once; load it when it is wanted.`)];
}
