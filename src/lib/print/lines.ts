/** Breaks a paragraph into lines that fit, and places each line's glyphs from left to right. */
import { breaksOf } from './breaks.ts';
import type { Fonts, Span } from './fonts.ts';
import { inVisualOrder, makeParagraph, runsBetween, type Paragraph, type Run } from './runs.ts';
import { shapeRun, type Cluster } from './shaping.ts';

export interface PlacedRun extends Run {
  readonly text: string;
  /** From left to right; `x` is where the run begins, in points from the line's left end. */
  readonly clusters: readonly Cluster[];
  readonly x: number;
  readonly width: number;
}
export interface Line {
  /** In the order of reading, which is the order in which they are written into the file. */
  readonly runs: readonly PlacedRun[];
  /** Without the spaces that hang over the line's end. */
  readonly width: number;
  /** Where the visible part begins: spaces that end a right-to-left line hang out to the left. */
  readonly inkLeft: number;
  readonly isRtl: boolean;
  readonly above: number;
  readonly below: number;
}

/** Line breaks inside the text begin a new line with a direction of its own. */
export function layLines(spans: readonly Span[], width: number, fonts: Fonts): Line[] {
  return hardLines(spans).flatMap((line) =>
    breakParagraph(makeParagraph(line, fonts), line[0]?.style.size ?? 11, width, fonts),
  );
}

function breakParagraph(paragraph: Paragraph, emptySize: number, width: number, fonts: Fonts): Line[] {
  if (!paragraph.text) {
    const base = fonts.loaded.get('noto-sans');
    return [
      {
        runs: [],
        width: 0,
        inkLeft: 0,
        isRtl: false,
        above: (base?.above ?? 1) * emptySize,
        below: (base?.below ?? 0.3) * emptySize,
      },
    ];
  }
  const lines: Line[] = [];
  const ends = breaksOf(paragraph.text);
  let start = 0;
  while (start < paragraph.text.length) {
    let estimate = 0;
    let count = 0;
    let from = start;
    const ahead = ends.filter((end) => end > start);
    // Words are measured one by one; only the whole line, shaped together, is right about spaces and kerning.
    for (const end of ahead) {
      const word = placeLine(paragraph, from, end);
      if (count && estimate + word.width > width) break;
      estimate += word.runs.reduce((sum, run) => sum + run.width, 0);
      from = end;
      count++;
      if (estimate > width) break;
    }
    let line = placeLine(paragraph, start, ahead[count - 1] ?? paragraph.text.length);
    while (line.width > width && count > 1) line = placeLine(paragraph, start, ahead[--count - 1] ?? start);
    let end = ahead[count - 1] ?? paragraph.text.length;
    while (line.width > width) {
      const shorter = lastFit(paragraph, line, start, end, width);
      if (shorter === undefined) break;
      line = placeLine(paragraph, start, (end = shorter));
    }
    lines.push(line);
    start = end;
  }
  return lines;
}

/** Where a word that is wider than the line is cut: between graphemes, at least one on each line. */
function lastFit(paragraph: Paragraph, line: Line, start: number, end: number, width: number): number | undefined {
  const advances = line.runs.flatMap((run) =>
    run.clusters.map((cluster) => ({ cluster, width: (cluster.advance * run.style.size) / 1000 })),
  );
  advances.sort((a, b) => a.cluster.start - b.cluster.start);
  let used = 0;
  let fit: number | undefined;
  let smallest: number | undefined;
  for (const { cluster, width: own } of advances) {
    if (cluster.start > start && paragraph.graphemes.has(cluster.start)) {
      smallest ??= cluster.start;
      if (used <= width) fit = cluster.start;
    }
    used += own;
  }
  const cut = fit ?? smallest;
  return cut !== undefined && cut < end ? cut : undefined;
}

function placeLine(paragraph: Paragraph, start: number, end: number): Line {
  const shaped = runsBetween(paragraph, start, end).map((run) => {
    const clusters = shapeRun(paragraph.text, run);
    return {
      ...run,
      text: paragraph.text,
      clusters,
      width: (clusters.reduce((sum, c) => sum + c.advance, 0) * run.style.size) / 1000,
    };
  });
  let x = 0;
  const placed = new Map<number, PlacedRun>();
  for (const run of inVisualOrder(shaped)) {
    placed.set(run.start, { ...run, x });
    x += run.width;
  }
  const runs = shaped.flatMap((run) => placed.get(run.start) ?? []);
  const trimmed = start + paragraph.text.slice(start, end).trimEnd().length;
  const hanging = runs.reduce(
    (sum, run) =>
      sum +
      run.clusters.reduce(
        (own, cluster) => own + (cluster.start >= trimmed ? (cluster.advance * run.style.size) / 1000 : 0),
        0,
      ),
    0,
  );
  return {
    runs,
    width: x - hanging,
    inkLeft: paragraph.isRtl ? hanging : 0,
    isRtl: paragraph.isRtl,
    above: Math.max(0, ...runs.map((run) => run.font.above * run.style.size)),
    below: Math.max(0, ...runs.map((run) => run.font.below * run.style.size)),
  };
}

/** Tabs become spaces; broken halves of a character become the replacement character, so that they are seen. */
function hardLines(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    const parts = span.text
      .toWellFormed()
      .replaceAll('\t', ' ')
      .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
    parts.forEach((text, index) => {
      if (index) lines.push([]);
      lines.at(-1)?.push({ text, style: span.style });
    });
  }
  return lines;
}
