import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { options } from '#server/config.ts';
import { atTop, filesUnder, read } from './sources.ts';

const pages = filesUnder('.', /\.md$/);
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
/** What npm itself knows, besides the scripts. */
const npmCommands = ['ci', 'install'];
/** npm runs these without `run`. */
const shortScripts = ['start', 'test'];

test('every link in a page leads to something', () => {
  const links = pages.flatMap((page) => linksOf(page).map((link) => ({ page, link })));
  const dead = links.filter(({ page, link }) => !leadsSomewhere(page, link));
  expect(links.length).toBeGreaterThan(10);
  expect(dead.map(({ page, link }) => `${page} → ${link}`)).toEqual([]);
});

test('every command in a page exists', () => {
  const commands = pages.flatMap((page) =>
    [...codeOf(page).matchAll(/\bnpm (run )?([a-z][\w:-]*)/g)].map((found) => ({
      page,
      run: found[1],
      name: found[2] ?? '',
    })),
  );
  const unknown = commands.filter(({ run, name }) =>
    run === undefined
      ? !npmCommands.includes(name) && !(shortScripts.includes(name) && name in scripts)
      : !(name in scripts),
  );
  expect(commands.length).toBeGreaterThan(3);
  expect(unknown.map(({ page, name }) => `${page}: npm ${name}`)).toEqual([]);
});

test('every program that a script starts exists', () => {
  const programs = Object.values(scripts).flatMap((script) => script.match(/[\w./-]+\.(ts|js)\b/g) ?? []);
  expect(programs.length).toBeGreaterThan(3);
  expect(programs.filter((path) => !existsSync(atTop(path)))).toEqual([]);
});

test('each part of the tree says what it promises', () => {
  const parts = [
    'README.md',
    'sync/README.md',
    'server/README.md',
    'src/README.md',
    'tests/README.md',
    'sync/GLOSSARY.md',
  ];
  expect(parts.filter((path) => !existsSync(atTop(path)))).toEqual([]);
});

test('every option of the server stands in the README', () => {
  const names = Object.keys(options);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !new RegExp(`\\| \`${name}\` +\\|`).test(read('README.md')))).toEqual([]);
});

test('the scripts are few, and continuous integration runs exactly what `verify` runs', () => {
  expect(Object.keys(scripts).length).toBeLessThanOrEqual(13);
  const verified = (scripts.verify ?? '').split(' && ');
  const integrated = read('.ci/run')
    .split('\n')
    .filter((line) => line.startsWith('npm '));
  expect(verified).toEqual(['npm run check', 'npm test']);
  expect(integrated).toEqual(['npm ci', ...verified]);
});

/** What stands in code spans and blocks; elsewhere «npm» is only a word. */
function codeOf(page: string): string {
  return (read(page).match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join('\n');
}

function linksOf(page: string): string[] {
  const withoutCode = read(page).replaceAll(/```[\s\S]*?```/g, '');
  return [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(atTop(target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

function anchorsOf(page: string): string[] {
  const headings = read(page).match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
