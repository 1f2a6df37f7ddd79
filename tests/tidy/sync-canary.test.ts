import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { atTop } from './sources.ts';

const foreign = ['window', 'document', 'fetch', 'process', 'setTimeout', 'crypto', 'console', 'Buffer', 'localStorage'];

/** Compiled together with all of sync/, because one import of a library with Node or DOM types would let them all in. */
test('sync/ cannot reach the browser, Node, the network or a timer: the compiler does not know them there', () => {
  const { options, fileNames } = configOf('sync');
  const canary = atTop('sync/canary.ts');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  const text = `export const reached = [${foreign.join(', ')}];\n`;
  host.fileExists = (path) => path === canary || fileExists(path);
  host.getSourceFile = (path, version) =>
    path === canary ? ts.createSourceFile(path, text, version) : getSourceFile(path, version);

  const program = ts.createProgram([...fileNames, canary], options, host);
  const messages = program
    .getSemanticDiagnostics(program.getSourceFile(canary))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));

  expect(fileNames.length).toBeGreaterThan(20);
  expect(messages.length).toBe(foreign.length);
  for (const name of foreign) expect(messages.join('\n')).toContain(`Cannot find name '${name}'`);
});

function configOf(folder: string): ts.ParsedCommandLine {
  const path = join(atTop(folder), 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, (name) => ts.sys.readFile(name));
  expect(error).toBeUndefined();
  return ts.parseJsonConfigFileContent(config, ts.sys, atTop(folder));
}
