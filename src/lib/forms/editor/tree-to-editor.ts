/** The closed tree as what the editor takes: to put an earlier text back, which is a new edit like any other. */
import type { JSONContent } from '@tiptap/core';
import type { TextBlock, TextRun, TextTree } from '#sync/model/state.ts';

export const contentOfTree = (tree: TextTree): JSONContent => ({
  type: 'doc',
  content: tree.length === 0 ? [{ type: 'paragraph' }] : tree.map(nodeOfBlock),
});

function nodeOfBlock(block: TextBlock): JSONContent {
  if (block.type === 'paragraph') return { type: 'paragraph', content: block.runs.flatMap(nodesOfRun) };
  return {
    type: block.type === 'bullets' ? 'bulletList' : 'orderedList',
    content: block.items.map((item) => ({
      type: 'listItem',
      content: item.length === 0 ? [{ type: 'paragraph' }] : item.map(nodeOfBlock),
    })),
  };
}

function nodesOfRun(run: TextRun): JSONContent[] {
  const marks = [
    ...(run.marks ?? []).map((type) => ({ type })),
    ...(run.size === undefined ? [] : [{ type: 'textSize', attrs: { size: run.size } }]),
  ];
  return run.text
    .split('\n')
    .flatMap((text, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(text === '' ? [] : [{ type: 'text', text, ...(marks.length > 0 && { marks }) }]),
    ]);
}
