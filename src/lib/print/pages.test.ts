import { beforeAll, expect, test } from 'vitest';
import { readPrintFile } from '#tests/tools/print-fonts.ts';
import { body, type Block } from './blocks.ts';
import { loadFonts, type Fonts } from './fonts.ts';
import { layPages, paper } from './pages.ts';
import { makeTag } from './tags.ts';

let fonts: Fonts;
beforeAll(async () => {
  fonts = await loadFonts([{ text: 'a', style: body }], readPrintFile);
});

const words = 'A quiet corner helps, and so does a picture of what comes next. ';

test('for any length of what stands before, a paragraph never leaves or carries over a single line', () => {
  for (let before = 25; before < 40; before++) {
    for (const sentences of [2, 4, 6, 8]) {
      const { counts } = linesByPage([
        ...Array.from({ length: before }, () => block('One line.')),
        block(words.repeat(sentences)),
      ]);
      const split = counts.filter((count) => count > 0);
      if (split.length > 1) expect(Math.min(...split), `${before} lines, ${sentences} sentences`).toBeGreaterThan(1);
    }
  }
});

test('for any length of what stands before, a heading stands on the page of the words under it', () => {
  for (let before = 20; before < 45; before++) {
    const heading = { ...block('Heading'), keepWithNext: true };
    const label = { ...block('Label'), keepWithNext: true };
    const answer = block(words.repeat(3));
    const pages = layPages(
      [...Array.from({ length: before }, () => block('One line.')), heading, label, answer],
      fonts,
    );
    const pageOf = (wanted: Block) => pages.findIndex((page) => page.some((line) => line.tag === wanted.tag));
    expect(pageOf(heading)).toBe(pageOf(label));
    expect(pageOf(label)).toBe(pageOf(answer));
  }
});

test('nothing is drawn outside the margins, and no line is lost', () => {
  const long = block(words.repeat(400));
  const { pages, counts } = linesByPage([long]);
  expect(counts.length).toBeGreaterThan(3);
  const placed = pages.flat();
  for (const { line, x, y } of placed) {
    expect(y - line.below).toBeGreaterThanOrEqual(paper.bottom - 0.01);
    expect(y + line.above).toBeLessThanOrEqual(paper.height - paper.top + 0.01);
    expect(x + line.width).toBeLessThanOrEqual(paper.width - paper.side + 0.01);
  }
  const read = placed.flatMap(({ line }) => line.runs.map((run) => run.text.slice(run.start, run.end))).join('');
  expect(read).toBe(words.repeat(400));
});

test('more headings in a row than a page holds still end', () => {
  const headings = Array.from({ length: 100 }, () => ({ ...block('Heading'), keepWithNext: true }));
  expect(layPages(headings, fonts).flat()).toHaveLength(100);
});

function linesByPage(blocks: readonly Block[]) {
  const pages = layPages(blocks, fonts);
  const last = blocks.at(-1);
  return { pages, counts: pages.map((page) => page.filter((line) => line.tag === last?.tag).length) };
}

function block(text: string): Block {
  return { tag: makeTag('P'), spans: [{ text, style: body }], before: 2, inset: 0, align: 'auto', keepWithNext: false };
}
