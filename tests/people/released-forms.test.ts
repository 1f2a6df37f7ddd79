/**
 * Every version of a form that was ever released prints what was sent in it word for word, for ever. A new version has no
 * example yet: the first run writes one and fails, the next ones hold it to that. An example is never written anew.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeLists } from '#sync/codes/index.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { formLoaders } from '#sync/forms/index.ts';
import { formPasts } from '#sync/forms/past.ts';
import { outlineOf } from '#sync/print/outline.ts';
import type { OutlineNode } from '#sync/print/outline-type.ts';
import type { TextBlock } from '#sync/model/state.ts';
import { generateAnswers, stateOfAnswers, type GeneratedAnswer } from './generate-answers.ts';

const folder = join(import.meta.dirname, 'released');
const before = existsSync(folder) ? readdirSync(folder) : [];
const versions = (
  await Promise.all(
    Object.entries(formLoaders).map(async ([kind, load]) => [
      ...((await formPasts[kind]?.())?.definitions ?? []),
      ...(load === undefined ? [] : [await load()]),
    ]),
  )
).flat();
const labels = new Map(
  await Promise.all(
    Object.entries(codeLists).map(async ([name, load]) => {
      const codes = (await load?.())?.codes ?? [];
      return [name, new Map(codes.map(({ key, label }) => [key, label]))] as const;
    }),
  ),
);

test('every released version of a form has an example, and no example has lost its version', () => {
  const names = versions.flatMap(({ kind, version }) =>
    ['json', 'txt'].map((end) => `${kind}-${String(version)}.${end}`),
  );
  expect(names.length).toBeGreaterThan(0);
  expect([...before].sort()).toEqual(names.sort());
});

for (const form of versions)
  test(`what was sent in version ${String(form.version)} of the form ${form.kind} prints word for word`, async () => {
    const name = join(folder, `${form.kind}-${String(form.version)}`);
    const answers = existsSync(`${name}.json`)
      ? (JSON.parse(readFileSync(`${name}.json`, 'utf8')) as GeneratedAnswer[])
      : generateAnswers(form, pick(form.version));
    await expect(`${JSON.stringify(answers, undefined, 1)}\n`).toMatchFileSnapshot(`${name}.json`);
    await expect(printed(form, answers)).toMatchFileSnapshot(`${name}.txt`);
  });

function printed(form: FormDefinition, answers: readonly GeneratedAnswer[]): string {
  const outline = outlineOf(
    form,
    stateOfAnswers(form, answers),
    (list) => labels.get(list) ?? new Map<string, string>(),
  );
  const lines = outline.sections.flatMap(({ title, nodes }) => ['', title, ...nodes.flatMap(linesOf)]);
  return `${[outline.title, ...lines].join('\n')}\n`;
}
function linesOf(node: OutlineNode): string[] {
  switch (node.kind) {
    case 'answer':
      return [node.label, ...node.lines.map((line) => `  ${line}`)];
    case 'text':
      return [node.label, ...node.tree.flatMap(wordsOf)];
    case 'group':
      return [node.title, ...node.nodes.flatMap(linesOf)];
    case 'note':
      return [node.text];
  }
}
const wordsOf = (block: TextBlock): string[] =>
  block.type === 'paragraph'
    ? [`  ${block.runs.map(({ text }) => text).join('')}`]
    : block.items.flat().flatMap(wordsOf);

function pick(seed: number): (below: number) => number {
  let at = seed;
  return (below) => (at = (at * 48_271) % 2_147_483_647) % below;
}
