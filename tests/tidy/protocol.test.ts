import { createHash } from 'node:crypto';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { atTop, filesUnder, read } from './sources.ts';

const hashes = JSON.parse(read('tests/tidy/protocol-hashes.json')) as Record<string, string>;

test('the wire does not change without a new version', async () => {
  const schemas = await schemasOfTheWire();
  const types = typesOfTheWire();
  expect(schemas.length).toBeGreaterThan(3);
  expect(types.length).toBeGreaterThan(10);
  const hash = createHash('sha256')
    .update(JSON.stringify([schemas, types]))
    .digest('hex');
  // A released version's line stays for ever: a change raises `protocolVersion` and adds a line.
  expect(hash, 'sync/protocol changed; see sync/protocol/version.ts').toBe(hashes[protocolVersion]);
});

test('each version still served has a line of history and a hash', () => {
  const history = read('sync/protocol/version.ts');
  const served = Array.from(
    { length: protocolVersion - oldestProtocolVersion + 1 },
    (_, at) => oldestProtocolVersion + at,
  );
  expect(served.length).toBeGreaterThan(0);
  for (const version of served) {
    expect(history).toMatch(new RegExp(`\\| ${version} +\\| \\S`));
    expect(hashes[version]).toMatch(/^[0-9a-f]{64}$/);
  }
});

/** What a device sends is parsed, so it has schemas: every one that sync/protocol exports, by name, as its shape is on the wire. */
async function schemasOfTheWire(): Promise<[name: string, shape: unknown][]> {
  const files = filesUnder('sync/protocol', /^[^.]+\.ts$/);
  const found: [string, unknown][] = [];
  for (const path of files) {
    const module = (await import(atTop(path))) as Record<string, unknown>;
    for (const name of Object.keys(module).sort()) {
      const value = module[name];
      if (value instanceof z.core.$ZodType)
        found.push([`${path} ${name}`, z.toJSONSchema(value, { unrepresentable: 'any' })]);
    }
  }
  return found;
}

/** What the server sends is trusted, so it has types only: each without its comments and the way it is laid out. */
function typesOfTheWire(): string[] {
  const printer = ts.createPrinter({ removeComments: true });
  return filesUnder('sync/protocol', /^[^.]+\.ts$/).flatMap((path) => {
    const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.ESNext);
    const declared = file.statements.filter(
      (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
    );
    return declared.map((node) =>
      printer.printNode(ts.EmitHint.Unspecified, node, file).replaceAll(/\s+/g, ' ').replaceAll('= | ', '= '),
    );
  });
}
