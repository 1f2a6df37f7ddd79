/**
 * Writes placed glyphs as PDF operators, so that viewers of every make copy and read out the text as it was written:
 * each stretch of text is one letter with its own code, all letters of a line stand on its base line, and they follow
 * each other in the order of reading. `ActualText` is not used: where letters carry their exact text it adds nothing,
 * and several viewers turn it round in right-to-left text or repeat it.
 */
import { hex, type FontBook } from './embedding.ts';
import { isPlain } from './fonts.ts';
import type { Line, PlacedRun } from './lines.ts';
import { boldStroke } from './shapes.ts';
import type { Cluster, Glyph } from './shaping.ts';

/** The line's left end stands at `lineX`, its base line at `y`. */
export function drawRun(run: PlacedRun, line: Line, lineX: number, y: number, book: FontBook): string[] {
  const { font, style } = run;
  const x = lineX + run.x;
  const isRtl = (run.level & 1) === 1;
  const isMadeBold = style.bold === true && isPlain(font.name);
  const slant = style.italic && isPlain(font.name) ? 0.2 : 0;
  const scale = style.size / 1000;
  const colour = style.quiet ? '0.314 0.353 0.373' : '0.043 0.047 0.047';
  const visible = isMadeBold ? 2 : 0;
  const shapes: string[] = [];
  const drawShape = (glyph: Glyph, offset: number) => {
    const place = [
      scale,
      0,
      slant * scale,
      scale,
      x + (offset + glyph.x) * scale + slant * glyph.y * scale,
      y + glyph.y * scale,
    ];
    shapes.push(
      `q ${place.map((value) => number(value, 6)).join(' ')} cm /${book.shape(font, glyph.id, isMadeBold)} Do Q`,
    );
  };

  const letters = openLetters(visible, (offset) => `1 0 ${slant} 1 ${number(x + offset * scale)} ${number(y)} Tm`);
  for (const { cluster, offset } of inReadingOrder(run)) {
    const { letter, others } = cluster;
    const isRaised = Math.round(letter.y) !== 0;
    const start = isRaised ? offset : offset + letter.x;
    // A letter with parts beside it claims the room of all, so that no gap is taken for a space.
    const width =
      isRaised || others.length
        ? Math.max(0, offset + cluster.advance - start)
        : (font.font.glyphHAdvance(letter.id) * 1000) / font.face.upem;
    const code = book.code(font, letter.id, run.text.slice(cluster.start, cluster.end), Math.round(width));
    letters.add(code, start, Math.round(width), isRaised ? invisible : visible, isRtl);
    // Nastaliq climbs along a word; what stands off the base line would be taken for another line of text.
    if (isRaised) drawShape(letter, offset);
    for (const other of others) drawShape(other, offset);
  }
  return [
    `${colour} rg`,
    ...(isMadeBold ? [`${colour} RG ${number(style.size * boldStroke)} w`] : []),
    'BT',
    `/${book.resource(font)} ${number(style.size)} Tf ${visible} Tr`,
    ...letters.operators(),
    'ET',
    ...shapes,
    ...decorate(run, line, lineX, y),
  ];
}

const number = (value: number, digits = 3): string => String(Math.round(value * 10 ** digits) / 10 ** digits);

/** The text rendering mode of letters that are there to be read, not seen. */
const invisible = 3;

interface Letters {
  /** `isAlone`: right-to-left letters are placed one by one, as the standard asks of text that is not stored backwards. */
  add(code: number, start: number, width: number, mode: number, isAlone: boolean): void;
  operators(): string[];
}

/** `TJ` numbers pull the pen to where HarfBuzz wants the next letter, counted from the true place so that rounding never adds up. */
function openLetters(visible: number, moveTo: (offset: number) => string): Letters {
  const written: string[] = [];
  let parts: string[] = [];
  let pen: number | undefined;
  let current = visible;
  const show = () => {
    if (parts.length) written.push(`[${parts.join('')}] TJ`);
    parts = [];
  };
  return {
    add(code, start, width, mode, isAlone) {
      if (mode !== current) {
        show();
        written.push(`${mode} Tr`);
        current = mode;
      }
      if (pen === undefined || isAlone) {
        show();
        written.push(moveTo(start));
        pen = start;
      }
      const shift = Math.round(start - pen);
      if (shift) parts.push(String(-shift));
      parts.push(`<${hex(code)}>`);
      pen += shift + width;
    },
    operators() {
      show();
      return written;
    },
  };
}

/** Clusters with their distance from the run's left end; in a right-to-left run the rightmost is read first. */
function inReadingOrder(run: PlacedRun): { cluster: Cluster; offset: number }[] {
  let offset = 0;
  const placed = run.clusters.map((cluster) => {
    const here = { cluster, offset };
    offset += cluster.advance;
    return here;
  });
  return run.level & 1 ? placed.reverse() : placed;
}

/** Lines under and through words end with the words, not with the space that hangs over the end of the line. */
function decorate(run: PlacedRun, line: Line, lineX: number, y: number): string[] {
  const { underline, strike, size } = run.style;
  const left = Math.max(run.x, line.inkLeft);
  const width = Math.min(run.x + run.width, line.inkLeft + line.width) - left;
  if (width <= 0) return [];
  const bar = (height: number) =>
    `${number(lineX + left)} ${number(y + height * size)} ${number(width)} ${number(size * 0.055)} re f`;
  return [...(underline ? [bar(-0.14)] : []), ...(strike ? [bar(0.26)] : [])];
}
