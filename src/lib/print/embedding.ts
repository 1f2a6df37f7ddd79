/**
 * Puts the used part of each font into the file (Type0, CIDFontType2, Identity-H). A code stands for one glyph *and* its
 * text and width: a glyph that is drawn for two different texts gets two codes, so that copied text is right for both.
 */
import { PDFArray, PDFNumber, PDFString, type PDFContext, type PDFRef } from 'pdf-lib';
import type { LoadedFont } from './fonts.ts';
import { writeShape } from './shapes.ts';
import type { Cut } from './subsetting.ts';

export interface FontBook {
  /** The font's name in the pages' resources. */
  resource(font: LoadedFont): string;
  /** The code to write for this glyph; a viewer moves on by `width` after it, in thousandths of the size. */
  code(font: LoadedFont, glyph: number, text: string, width: number): number;
  /** The name of a glyph that is drawn as a shape and read by nobody. */
  shape(font: LoadedFont, glyph: number, isBold: boolean): string;
  /** The resources of all pages. */
  write(context: PDFContext, cut: Cut): PDFRef;
}

export function openFontBook(): FontBook {
  const used = new Map<LoadedFont, UsedFont>();
  const shapes = new Map<string, { name: string; font: LoadedFont; glyph: number; isBold: boolean }>();
  const use = (font: LoadedFont): UsedFont => {
    let entry = used.get(font);
    if (!entry)
      used.set(
        font,
        (entry = { resource: `F${used.size + 1}`, codes: new Map(), glyphs: [0], texts: [''], widths: [0] }),
      );
    return entry;
  };
  return {
    resource: (font) => use(font).resource,
    code(font, glyph, text, width) {
      const { codes, glyphs, texts, widths } = use(font);
      const key = `${glyph} ${width} ${text}`;
      let code = codes.get(key);
      if (code === undefined) {
        code = glyphs.length;
        if (code > 0xffff) throw new Error('The document uses more different glyphs than a PDF font can hold.');
        codes.set(key, code);
        glyphs.push(glyph);
        texts.push(text);
        widths.push(width);
      }
      return code;
    },
    shape(font, glyph, isBold) {
      const key = `${font.name} ${glyph} ${isBold}`;
      let shape = shapes.get(key);
      if (!shape) shapes.set(key, (shape = { name: `S${shapes.size + 1}`, font, glyph, isBold }));
      return shape.name;
    },
    write: (context, cut) =>
      context.register(
        context.obj({
          Font: Object.fromEntries(
            [...used].map(([font, entry]) => [entry.resource, writeFont(context, font, entry, cut)]),
          ),
          XObject: Object.fromEntries(
            [...shapes.values()].map(({ name, font, glyph, isBold }) => [
              name,
              writeShape(context, font, glyph, isBold),
            ]),
          ),
        }),
      ),
  };
}

interface UsedFont {
  readonly resource: string;
  readonly codes: Map<string, number>;
  /** By code. */
  readonly glyphs: number[];
  readonly texts: string[];
  readonly widths: number[];
}

function writeFont(
  context: PDFContext,
  font: LoadedFont,
  { glyphs, texts, widths: widthsByCode }: UsedFont,
  cut: Cut,
): PDFRef {
  const bytes = cut(font.bytes, glyphs);
  const name = `EHCHUB+${font.name.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`;
  const map = new Uint8Array(glyphs.length * 2);
  glyphs.forEach((glyph, code) => map.set([glyph >> 8, glyph & 0xff], code * 2));
  const descriptor = context.register(
    context.obj({
      Type: 'FontDescriptor',
      FontName: name,
      Flags: 4,
      FontBBox: boxOf(font),
      ItalicAngle: font.name.includes('italic') ? -12 : 0,
      Ascent: Math.round(font.above * 1000),
      Descent: -Math.round(font.below * 1000),
      CapHeight: 714,
      StemV: font.name.includes('bold') ? 140 : 80,
      FontFile2: context.register(context.flateStream(bytes, { Length1: bytes.length })),
    }),
  );
  const widths = PDFArray.withContext(context);
  widths.push(PDFNumber.of(0));
  widths.push(context.obj(widthsByCode));
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: name,
    FontDescriptor: descriptor,
    DW: 1000,
    W: widths,
    CIDToGIDMap: context.register(context.flateStream(map)),
    CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
  });
  return context.register(
    context.obj({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [context.register(descendant)],
      ToUnicode: context.register(context.flateStream(toUnicode(texts))),
    }),
  );
}

function boxOf(font: LoadedFont): number[] {
  const head = font.face.referenceTable('head');
  if (!head) throw new Error('A font has a head table.');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return [36, 38, 40, 42].map((offset) => Math.round((view.getInt16(offset) * 1000) / font.face.upem));
}

function toUnicode(texts: readonly string[]): string {
  const rows = texts.flatMap((text, code) =>
    text ? [`<${hex(code)}> <${[...Array(text.length).keys()].map((i) => hex(text.charCodeAt(i))).join('')}>`] : [],
  );
  const blocks: string[] = [];
  // The format allows a hundred rows in a block.
  for (let from = 0; from < rows.length; from += 100) {
    const block = rows.slice(from, from + 100);
    blocks.push(`${block.length} beginbfchar`, ...block, 'endbfchar');
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange',
    '<0000> <FFFF>',
    'endcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
  ].join('\n');
}

export const hex = (value: number): string => value.toString(16).padStart(4, '0');
