import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { atTop, read } from './sources.ts';

/** One new thing = one file, one line in the table beside it, one test. `shared` is what a folder's things have in common. */
const tables: readonly { folder: string; shared: readonly string[] }[] = [
  { folder: 'sync/rules', shared: ['names', 'rule', 'laws'] },
  { folder: 'sync/field-types', shared: ['field-type', 'scalar', 'laws'] },
  { folder: 'sync/roles', shared: ['role', 'verbs', 'may', 'requester'] },
  { folder: 'sync/forms', shared: ['define', 'locate', 'answers', 'validate', 'said-to', 'of-form', 'past'] },
  { folder: 'sync/notifications', shared: ['notification'] },
];

for (const { folder, shared } of tables) {
  const things = thingsIn(folder).filter((name) => !shared.includes(name));

  test(`everything in ${folder} stands in the table beside it`, () => {
    const table = read(`${folder}/index.ts`);
    const missing = things.filter((name) => !new RegExp(`['"]\\./${name}(\\.ts|/[a-z-]+\\.ts)['"]`).test(table));
    expect(things.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });

  test(`everything in ${folder} has a test`, () => {
    expect(things.length).toBeGreaterThan(0);
    expect(things.filter((name) => !hasTest(folder, name))).toEqual([]);
  });
}

test('every view of a field stands in the table beside it', () => {
  const folder = 'src/lib/forms/fields';
  const table = read(`${folder}/index.ts`);
  const views = readdirSync(atTop(folder)).filter((name) => name.endsWith('.svelte'));
  const known = views.filter((name) => table.includes(`./${name}'`));
  // A view may be a part of another view; then that one draws it.
  const parts = views.filter((name) =>
    views.some((other) => other !== name && read(`${folder}/${other}`).includes(`./${name}'`)),
  );
  expect(known.length).toBeGreaterThan(0);
  expect(views.filter((name) => !known.includes(name) && !parts.includes(name))).toEqual([]);
});

/** A thing is a file, or a folder where it is large. */
function thingsIn(folder: string): string[] {
  return readdirSync(atTop(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || (/\.ts$/.test(entry.name) && !/\.test\.ts$|^index\.ts$/.test(entry.name)))
    .map((entry) => entry.name.replace(/\.ts$/, ''));
}

/** Its own test beside it (inside it, when it is a folder), or one in the same folder that names it or its file, as tables do. */
function hasTest(folder: string, name: string): boolean {
  if (existsSync(atTop(`${folder}/${name}.test.ts`))) return true;
  const isFolder = existsSync(atTop(`${folder}/${name}`));
  if (isFolder) return readdirSync(atTop(`${folder}/${name}`)).some((file) => file.endsWith('.test.ts'));
  const neighbours = readdirSync(atTop(folder)).filter((file) => file.endsWith('.test.ts'));
  const names = [`'./${name}.ts'`, `'${name}'`];
  return neighbours.some((file) => names.some((quoted) => read(`${folder}/${file}`).includes(quoted)));
}
