/** Turns a run of characters into placed glyphs by HarfBuzz, which joins, reorders, mirrors and stacks as the script asks. */
import { Buffer, Direction, shape } from 'harfbuzzjs';
import type { Run } from './runs.ts';

/** Where it stands in its cluster: from the left end and the base line, in thousandths of the size. */
export interface Glyph {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}
/**
 * The smallest stretch of text that can be told apart in the picture. `letter` carries the text when it is copied or
 * read out; the others (dots, accents, parts of a conjunct) are only drawn.
 */
export interface Cluster {
  readonly start: number;
  readonly end: number;
  readonly letter: Glyph;
  readonly others: readonly Glyph[];
  readonly advance: number;
}

/** The clusters from left to right. The letters around the run are given as context, so that Arabic joins across a change of style. */
export function shapeRun(text: string, run: Run): Cluster[] {
  const from = Math.max(0, run.start - contextUnits);
  buffer.reset();
  buffer.addText(text.slice(from, run.end + contextUnits), run.start - from, run.end - run.start);
  buffer.setDirection(run.level & 1 ? Direction.RTL : Direction.LTR);
  buffer.setScript(run.script === 'Zzzz' ? 'Zyyy' : run.script);
  buffer.setLanguage(run.language ?? 'en');
  shape(run.font.font, buffer);
  const scale = 1000 / run.font.face.upem;
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  const clusters: { start: number; glyphs: (Glyph & { advance: number })[]; advance: number }[] = [];
  infos.forEach((info, index) => {
    const position = positions[index];
    if (!position) throw new Error('Each glyph has a position.');
    const start = from + info.cluster;
    let cluster = clusters.at(-1);
    if (cluster?.start !== start) clusters.push((cluster = { start, glyphs: [], advance: 0 }));
    const advance = position.xAdvance * scale;
    cluster.glyphs.push({
      id: info.codepoint,
      x: cluster.advance + position.xOffset * scale,
      y: position.yOffset * scale,
      advance,
    });
    cluster.advance += advance;
  });
  const starts = clusters.map((cluster) => cluster.start).sort((a, b) => a - b);
  const nextStart = new Map(starts.map((start, index) => [start, starts[index + 1] ?? run.end]));
  return clusters.map(({ start, glyphs, advance }) => {
    const letter = glyphs.reduce((best, glyph) => (isBetterLetter(glyph, best) ? glyph : best));
    return {
      start,
      end: nextStart.get(start) ?? run.end,
      letter,
      others: glyphs.filter((glyph) => glyph !== letter),
      advance,
    };
  });
}

/** The widest of the glyphs that stand at the cluster's left end, so that the letter's own width can cover the whole cluster. */
function isBetterLetter(glyph: Glyph & { advance: number }, best: Glyph & { advance: number }): boolean {
  const [near, bestNear] = [Math.abs(glyph.x) < 40, Math.abs(best.x) < 40];
  return near === bestNear ? glyph.advance > best.advance : near;
}

const buffer = new Buffer();
const contextUnits = 16;
