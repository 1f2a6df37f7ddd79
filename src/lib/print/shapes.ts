/**
 * Glyphs drawn as bare outlines. Dots, accents and the lesser parts of a conjunct are drawn so: a viewer that copies text
 * then meets exactly one glyph for each stretch of text, and nothing stands between the letters of a word.
 */
import type { PDFContext, PDFRef } from 'pdf-lib';
import type { LoadedFont } from './fonts.ts';

/** How much a made bold adds around the outline, in parts of the size. */
export const boldStroke = 0.03;

/** A form in units of a thousandth of the size, painted in the colour of the text around it. */
export function writeShape(context: PDFContext, { font, face }: LoadedFont, glyph: number, isBold: boolean): PDFRef {
  const scale = 1000 / face.upem;
  const { xBearing = 0, yBearing = 0, width = 0, height = 0 } = font.glyphExtents(glyph) ?? {};
  const margin = 1000 * boldStroke;
  const box = [
    xBearing * scale - margin,
    (yBearing + height) * scale - margin,
    (xBearing + width) * scale + margin,
    yBearing * scale + margin,
  ];
  const content = [
    `${scale} 0 0 ${scale} 0 0 cm`,
    ...(isBold ? [`${margin / scale} w`] : []),
    ...outline(font.glyphToJson(glyph)),
    isBold ? 'B' : 'f',
  ];
  return context.register(
    context.flateStream(content.join('\n'), { Type: 'XObject', Subtype: 'Form', BBox: box, Resources: {} }),
  );
}

/** PDF knows only cubic curves; the quadratic ones of TrueType are raised exactly. */
function outline(commands: readonly { readonly type: string; readonly values: readonly number[] }[]): string[] {
  let [x, y] = [0, 0];
  return commands.map(({ type, values }) => {
    const [a = 0, b = 0, c = 0, d = 0] = values;
    const cubic =
      type === 'Q'
        ? [x + ((a - x) * 2) / 3, y + ((b - y) * 2) / 3, c + ((a - c) * 2) / 3, d + ((b - d) * 2) / 3, c, d]
        : values;
    if (values.length) [x, y] = values.slice(-2) as [number, number];
    const operator = operators[type];
    if (!operator) throw new Error('A glyph is drawn by the five commands of an outline.');
    return [...cubic.map((value) => Math.round(value * 10) / 10), operator].join(' ');
  });
}

const operators: Record<string, string> = { M: 'm', L: 'l', Q: 'c', C: 'c', Z: 'h' };
