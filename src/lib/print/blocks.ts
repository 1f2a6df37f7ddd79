/** An outline as a flat row of blocks to lay out, each with its place in the structure that a screen reader walks. */
import type { Outline, OutlineNode } from '#sync/print/outline-type.ts';
import type { TextBlock, TextRun } from '#sync/model/state.ts';
import type { Span, Style } from './fonts.ts';
import { addTag, makeTag, type Role, type Tag } from './tags.ts';

export interface Block {
  readonly tag: Tag;
  readonly spans: readonly Span[];
  /** Space above, in points; none at the top of a page. */
  readonly before: number;
  /** Distance from the side at which the text begins. */
  readonly inset: number;
  /** Short answers stay at their label; longer text stands at the side at which its script begins. */
  readonly align: 'left' | 'auto';
  /** A heading or label never ends a page. */
  readonly keepWithNext: boolean;
  /** Stands in the inset, on the block's first line: a bullet, a number, the label of a fact. */
  readonly beside?: {
    readonly tag: Tag;
    readonly spans: readonly Span[];
    readonly inset: number;
    readonly width: number;
  };
}

export function blocksOf(outline: Outline): { blocks: Block[]; root: Tag } {
  const root = makeTag('Document');
  const blocks: Block[] = [heading(root, 'H1', outline.title, 22, 0)];
  if (outline.facts.length) {
    const list = addTag(root, 'L');
    outline.facts.forEach((fact, index) => {
      const item = addTag(list, 'LI');
      const label = addTag(item, 'Lbl');
      blocks.push({
        tag: addTag(item, 'LBody'),
        spans: [{ text: fact.text, style: body }],
        before: index ? 3 : 12,
        inset: 170,
        align: 'left',
        keepWithNext: false,
        beside: { tag: label, spans: [{ text: fact.label, style: strong }], inset: 0, width: 158 },
      });
    });
  }
  for (const section of outline.sections) {
    const tag = addTag(root, 'Sect');
    blocks.push(
      heading(tag, 'H2', section.title, 16, 24),
      ...section.nodes.flatMap((node) => nodeBlocks(node, tag, 3)),
    );
  }
  return { blocks, root };
}

export const body: Style = { size: 11 };
const strong: Style = { size: 11, bold: true };
const quiet: Style = { size: 11, quiet: true };
const listStep = 20;

function nodeBlocks(node: OutlineNode, parent: Tag, level: number): Block[] {
  switch (node.kind) {
    case 'group': {
      const tag = addTag(parent, 'Sect');
      return [
        heading(tag, headingRole(level), node.title, level === 3 ? 13 : 12, 16),
        ...node.nodes.flatMap((child) => nodeBlocks(child, tag, level + 1)),
      ];
    }
    case 'note':
      return [paragraph(parent, [{ text: node.text, style: quiet }], { before: 8 })];
    case 'answer': {
      const lines = node.lines.filter((line) => line.trim());
      return [
        label(parent, node.label),
        ...lines.map((text) => paragraph(parent, [{ text, style: body }], { before: 1, align: 'left' })),
        ...(lines.length ? [] : [notAnswered(parent)]),
      ];
    }
    case 'text': {
      const name = label(parent, node.label);
      const written = treeBlocks(node.tree, parent, 0);
      return [
        name,
        ...(written.some((block) => block.spans.some((span) => span.text.trim())) ? written : [notAnswered(parent)]),
      ];
    }
  }
}

const label = (parent: Tag, text: string): Block =>
  paragraph(parent, [{ text, style: strong }], { before: 11, keepWithNext: true });
const notAnswered = (parent: Tag): Block =>
  paragraph(parent, [{ text: 'Not answered', style: quiet }], { before: 1, align: 'left' });

function treeBlocks(tree: readonly TextBlock[], parent: Tag, inset: number): Block[] {
  return tree.flatMap((block, index) =>
    block.type === 'paragraph'
      ? [paragraph(parent, block.runs.map(spanOf), { before: index ? 6 : 2, inset })]
      : listBlocks(block.items, block.type === 'numbers', addTag(parent, 'L'), inset),
  );
}

function listBlocks(items: readonly (readonly TextBlock[])[], isNumbered: boolean, list: Tag, inset: number): Block[] {
  return items.flatMap((item, index) => {
    const tag = addTag(list, 'LI');
    const marker = {
      tag: addTag(tag, 'Lbl'),
      spans: [{ text: isNumbered ? `${index + 1}.` : '•', style: body }],
      inset,
      width: listStep - 4,
    };
    const content = addTag(tag, 'LBody');
    // An item that begins with another list, or is empty, still shows its own bullet.
    const startsWithText = item[0]?.type === 'paragraph';
    const [first, ...rest] = treeBlocks(
      startsWithText ? item : [{ type: 'paragraph', runs: [] }, ...item],
      content,
      inset + listStep,
    );
    return first ? [{ ...first, before: index ? 3 : 5, beside: marker }, ...rest] : [];
  });
}

function spanOf(run: TextRun): Span {
  const marks = run.marks ?? [];
  return {
    text: run.text,
    style: {
      // Sizes are in pixels beside a body text of 16.
      size: (body.size * (run.size ?? 16)) / 16,
      bold: marks.includes('bold'),
      italic: marks.includes('italic'),
      underline: marks.includes('underline'),
      strike: marks.includes('strike'),
    },
  };
}

const heading = (parent: Tag, role: Role, text: string, size: number, before: number): Block => ({
  ...paragraph(parent, [{ text, style: { size, bold: true } }], { before, keepWithNext: true }, role),
});

function paragraph(parent: Tag, spans: readonly Span[], how: Partial<Block>, role: Role = 'P'): Block {
  return { tag: addTag(parent, role), spans, before: 0, inset: 0, align: 'auto', keepWithNext: false, ...how };
}

function headingRole(level: number): Role {
  const roles = ['H3', 'H4', 'H5'] as const;
  return roles[level - 3] ?? 'H6';
}
