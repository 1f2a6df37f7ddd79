/** Rich text as lines of plain text: for copying, for short previews, for saving out. */
import type { TextBlock, TextTree } from '#sync/model/state.ts';

export const linesOfTree = (tree: TextTree): string[] => tree.flatMap((block) => linesOfBlock(block));

function linesOfBlock(block: TextBlock): string[] {
  if (block.type === 'paragraph')
    return block.runs
      .map((run) => run.text)
      .join('')
      .split('\n');
  return block.items.flatMap((entry, index) => {
    const sign = block.type === 'bullets' ? '•' : `${index + 1}.`;
    return linesOfTree(entry).map((line, at) => (at === 0 ? `${sign} ${line}` : `   ${line}`));
  });
}

export const isEmptyTree = (tree: TextTree): boolean =>
  linesOfTree(tree).every((line) => line.trim() === '' || /^(•|\d+\.)\s*$/.test(line));
