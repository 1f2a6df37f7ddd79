/** Which files a page loads before it can answer, read from what the build wrote. */
export type Manifest = Record<string, { file: string; imports?: string[] }>;

/**
 * The numbers of the nodes (layouts, error page, page) of a route in Kit's generated table: `"/route": [leaf,[layouts],[errors]]`.
 * Groups in brackets are no part of an address. Undefined when there is no such page.
 */
export function nodesOfRoute(app: string, route: string): number[] | undefined {
  const rows = [...app.matchAll(/"(\/[^"]*)": \[([^\n]*?)\](?:,?)\n/g)];
  const row = rows.find(([, id = '']) => (id.replaceAll(/\/\([^)]*\)/g, '') || '/') === route);
  if (row === undefined) return undefined;
  const numbers = (row[2] ?? '').match(/-?\d+/g) ?? [];
  // A negative number marks a page with server data. The root layout and the error page are always loaded.
  return [...new Set([0, 1, ...numbers.map((number) => (Number(number) < 0 ? ~Number(number) : Number(number)))])];
}

/**
 * The start script, the app and the given nodes, with everything they import without asking. `atOnce` names modules that
 * are asked for, but by every page as soon as it starts: they are no less part of the first load.
 */
export function firstLoad(manifest: Manifest, nodes: readonly number[], atOnce: readonly string[] = []): string[] {
  const entries = [...nodes.map((node) => `nodes/${node}.js`), ...atOnce];
  const first = Object.keys(manifest).filter((key) =>
    ['client-optimized/app.js', 'client/entry.js', 'client/client-entry.js', ...entries].some((end) =>
      key.endsWith(end),
    ),
  );
  if (first.length < entries.length + 2) throw new Error('The build has other names than the size check knows.');
  const found = new Set<string>();
  const open = [...first];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    open.push(...(manifest[key]?.imports ?? []));
  }
  const files = [...found].flatMap((key) => manifest[key]?.file ?? []);
  return [...new Set(files)].filter((file) => file.endsWith('.js'));
}
