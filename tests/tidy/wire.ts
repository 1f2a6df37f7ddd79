/**
 * Everything that travels between a device and the Hub, as shapes that can be hashed: the schemas of what a device sends,
 * and the types of what the Hub answers, with all the types of ours that they are made of.
 */
import ts from 'typescript';
import { z } from 'zod';
import { commandHandlers } from '#server/services/commands/index.ts';
import { atTop, filesUnder, read } from './sources.ts';

const messages = filesUnder('sync/protocol', /^[^.]+\.ts$/);

/** What a device sends is parsed, so it has schemas: every one that sync/protocol exports, and the arguments of each command. */
export async function schemasOfTheWire(): Promise<[name: string, shape: unknown][]> {
  const found: [string, unknown][] = [];
  const add = (name: string, value: unknown) => {
    if (value instanceof z.core.$ZodType) found.push([name, z.toJSONSchema(value, { unrepresentable: 'any' })]);
  };
  for (const path of messages) {
    const module = (await import(atTop(path))) as Record<string, unknown>;
    for (const name of Object.keys(module).sort()) add(`${path} ${name}`, module[name]);
  }
  for (const name of Object.keys(commandHandlers).sort())
    add(`command ${name}`, commandHandlers[name as keyof typeof commandHandlers].args);
  return found;
}

/**
 * What the Hub sends is trusted, so it has types only: each of sync/protocol, and whatever in sync/ one of those is made
 * of, without its comments and the way it is laid out. Of a list of words the words are part of it.
 */
export function typesOfTheWire(): string[] {
  const found = new Map<string, string>();
  for (const path of messages) for (const name of declaredIn(path).keys()) take(path, name, found);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

type Declared = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableDeclaration;
const printer = ts.createPrinter({ removeComments: true });
const files = new Map<
  string,
  { readonly declared: Map<string, Declared>; readonly imported: Map<string, [string, string]> }
>();

function take(path: string, name: string, found: Map<string, string>): void {
  const { declared, imported } = fileAt(path);
  const node = declared.get(name);
  if (node === undefined) {
    const from = imported.get(name);
    if (from !== undefined) take(...from, found);
    return;
  }
  const key = `${path} ${name}`;
  if (found.has(key)) return;
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  found.set(key, text.replaceAll(/\s+/g, ' ').replaceAll('= | ', '= '));
  const look = (part: ts.Node): void => {
    if (ts.isIdentifier(part)) take(path, part.text, found);
    part.forEachChild(look);
  };
  node.forEachChild(look);
}

/** Types, and lists of words: a schema is hashed as a schema, and a function is nothing that travels. */
const declaredIn = (path: string) => fileAt(path).declared;
function fileAt(path: string) {
  const known = files.get(path);
  if (known !== undefined) return known;
  const declared = new Map<string, Declared>();
  const imported = new Map<string, [string, string]>();
  const file = { declared, imported };
  files.set(path, file);
  for (const node of ts.createSourceFile(path, read(path), ts.ScriptTarget.ESNext, true).statements) {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) declared.set(node.name.text, node);
    if (ts.isVariableStatement(node))
      for (const one of node.declarationList.declarations)
        if (ts.isIdentifier(one.name) && isListOfWords(one.initializer)) declared.set(one.name.text, one);
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
    const from = node.moduleSpecifier.text;
    const bindings = node.importClause?.namedBindings;
    if (!from.startsWith('.') || bindings === undefined || !ts.isNamedImports(bindings)) continue;
    for (const { name, propertyName } of bindings.elements)
      imported.set(name.text, [beside(path, from), (propertyName ?? name).text]);
  }
  return file;
}

const isListOfWords = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  ts.isAsExpression(node) &&
  ts.isArrayLiteralExpression(node.expression) &&
  node.expression.elements.every((one) => ts.isStringLiteral(one) || ts.isNumericLiteral(one));

/** `../model/ids.ts` as written in `sync/protocol/push.ts` is `sync/model/ids.ts`. */
function beside(path: string, from: string): string {
  const steps = path.split('/').slice(0, -1);
  for (const step of from.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/');
}
