/** What `npm start` tells Node before it names the server: whoever tests a running server starts it the same way. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const thisTree = join(import.meta.dirname, '../..');

export function startFlags(tree = thisTree): string[] {
  const { scripts } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [node, ...words] = scripts.start.split(' ');
  const flags = words.slice(0, words.indexOf('server/start.ts'));
  if (node !== 'node' || flags.length === 0) throw new Error('npm start no longer begins as the tests expect');
  return flags.map((word) => (word.startsWith('./') ? resolve(tree, word) : word));
}
