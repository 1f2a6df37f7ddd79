/** Flows blocks over A4 pages: no heading or label at the foot of a page, no single line of a paragraph left behind or carried over. */
import type { Block } from './blocks.ts';
import type { Fonts } from './fonts.ts';
import { layLines, type Line } from './lines.ts';
import type { Tag } from './tags.ts';

export const paper = { width: 595.28, height: 841.89, side: 62, top: 68, bottom: 68 } as const;
export const textWidth = paper.width - 2 * paper.side;

/** A line at its place, measured in points from the lower left corner of the page. */
export interface PlacedLine {
  readonly tag: Tag;
  readonly line: Line;
  readonly x: number;
  readonly y: number;
}

export function layPages(blocks: readonly Block[], fonts: Fonts): PlacedLine[][] {
  const rows = blocks.flatMap((block, index) => rowsOf(block, blocks[index - 1]?.keepWithNext ?? false, fonts));
  const room = paper.height - paper.top - paper.bottom;
  const pages: PlacedLine[][] = [];
  let start = 0;
  while (start < rows.length) {
    let used = 0;
    let end = start;
    for (; end < rows.length; end++) {
      const row = rows[end] as Row;
      const height = (end === start ? 0 : row.before) + row.above + row.below;
      // A row higher than a page still gets a page, so that this ends.
      if (used + height > room && end > start) break;
      used += height;
    }
    if (end < rows.length) {
      let better = end;
      while (better > start && !rows[better]?.mayBeginPage) better--;
      if (better > start) end = better;
    }
    pages.push(placeRows(rows.slice(start, end)));
    start = end;
  }
  return pages.length ? pages : [[]];
}

interface Row {
  readonly parts: readonly { readonly tag: Tag; readonly line: Line; readonly x: number }[];
  readonly above: number;
  readonly below: number;
  readonly before: number;
  readonly mayBeginPage: boolean;
}

function placeRows(rows: readonly Row[]): PlacedLine[] {
  let y = paper.height - paper.top;
  return rows.flatMap((row, index) => {
    y -= (index ? row.before : 0) + row.above;
    const placed = row.parts.map((part) => ({ ...part, x: paper.side + part.x, y }));
    y -= row.below;
    return placed;
  });
}

function rowsOf(block: Block, keptWithPrevious: boolean, fonts: Fonts): Row[] {
  const lines = layLines(block.spans, textWidth - block.inset, fonts);
  const isRtl = block.align === 'auto' && (lines.find((line) => line.runs.length)?.isRtl ?? false);
  const beside = block.beside ? layLines(block.beside.spans, block.beside.width, fonts) : [];
  const count = Math.max(lines.length, beside.length);
  return Array.from({ length: count }, (_, index) => {
    const parts: { tag: Tag; line: Line; x: number }[] = [];
    const label = beside[index];
    // A label begins the line in the order of reading as well as to the eye.
    if (label && block.beside) parts.push({ tag: block.beside.tag, line: label, x: besideLeft(block, label, isRtl) });
    const line = lines[index];
    if (line) parts.push({ tag: block.tag, line, x: lineLeft(block, line) });
    return {
      parts,
      above: Math.max(...parts.map((part) => part.line.above)),
      below: Math.max(...parts.map((part) => part.line.below)),
      before: index ? 0 : block.before,
      mayBeginPage: index ? index > 1 && index < count - 1 : !keptWithPrevious,
    };
  });
}

function lineLeft(block: Block, line: Line): number {
  const left = block.align === 'auto' && line.isRtl ? textWidth - block.inset - line.width : block.inset;
  return left - line.inkLeft;
}

function besideLeft(block: Block, label: Line, isRtl: boolean): number {
  const inset = block.beside?.inset ?? 0;
  return isRtl ? textWidth - inset - label.width : inset;
}
