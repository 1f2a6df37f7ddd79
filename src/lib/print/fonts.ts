/**
 * The fonts of a printed document. Each is fetched only when the text needs it; a character is drawn with the first font
 * of its chain that has it, and one that no font has becomes a visible box, never nothing.
 */
import { Blob, Face, Font } from 'harfbuzzjs';
import { looksUrdu, scriptsOf, type Script } from './scripts.ts';

export type FontName =
  | 'noto-sans'
  | 'noto-sans-bold'
  | 'noto-sans-italic'
  | 'noto-sans-bold-italic'
  | 'noto-sans-arabic'
  | 'noto-nastaliq-urdu'
  | 'noto-sans-bengali'
  | 'noto-sans-gurmukhi'
  | 'noto-sans-sc';
/** Gives a font's TTF file, or the WebAssembly that cuts fonts; rejects when the file cannot be had. */
export type FontSource = (name: FontName | 'subsetter') => Promise<Uint8Array>;

export interface Style {
  /** In points. */
  readonly size: number;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strike?: boolean;
  readonly quiet?: boolean;
}
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export interface LoadedFont {
  readonly name: FontName;
  readonly bytes: Uint8Array;
  readonly face: Face;
  readonly font: Font;
  /** Room above and below the base line, in parts of the size. */
  readonly above: number;
  readonly below: number;
  has(code: number): boolean;
}

export interface Fonts {
  readonly loaded: ReadonlyMap<FontName, LoadedFont>;
  readonly hasUrdu: boolean;
  /** The font for one grapheme, which stays whole so that an accent sits on its letter. */
  choose(grapheme: string, script: Script, isUrdu: boolean, style: Style): LoadedFont;
}

export async function loadFonts(spans: readonly Span[], source: FontSource): Promise<Fonts> {
  const hasUrdu = spans.some(({ text }) => looksUrdu(text, false));
  const needed = new Set<FontName>(['noto-sans']);
  for (const { text, style } of spans) {
    needed.add(latin(style));
    for (const script of new Set(scriptsOf(text))) {
      for (const name of chains[script] ?? []) if (name !== 'noto-nastaliq-urdu' || hasUrdu) needed.add(name);
    }
  }
  const loaded = new Map(
    await Promise.all([...needed].map(async (name) => [name, load(name, await source(name))] as const)),
  );
  return {
    loaded,
    hasUrdu,
    choose(grapheme, script, isUrdu, style) {
      const own = (chains[script] ?? []).filter((name) => isUrdu || name !== 'noto-nastaliq-urdu');
      const chain = [...own, latin(style), 'noto-sans' as const, ...loaded.keys()].flatMap(
        (name) => loaded.get(name) ?? [],
      );
      const codes = [...grapheme]
        .map((character) => character.codePointAt(0) ?? 0)
        .filter((code) => !isInvisible(code));
      const fallback =
        chain.find((font) => font.has(codes[0] ?? 0x20)) ?? chain.find((font) => font.name === 'noto-sans');
      const chosen =
        chain.find((font) => codes.every((code) => font.has(code))) ??
        // The accent alone may exist only as part of a ready-made letter.
        chain.find((font) => [...grapheme.normalize('NFC')].every((c) => font.has(c.codePointAt(0) ?? 0))) ??
        fallback;
      if (!chosen) throw new Error('The base font of the printed document is not loaded.');
      return chosen;
    },
  };
}

/** True for a font that is itself neither bold nor slanted: where it stands in for one that is, drawing makes it so. */
export const isPlain = (name: FontName): boolean => !/bold|italic/.test(name);

const chains: Partial<Record<Script, readonly FontName[]>> = {
  Arab: ['noto-nastaliq-urdu', 'noto-sans-arabic'],
  Beng: ['noto-sans-bengali'],
  Guru: ['noto-sans-gurmukhi'],
  Hani: ['noto-sans-sc'],
};

function latin({ bold, italic }: Style): FontName {
  if (bold) return italic ? 'noto-sans-bold-italic' : 'noto-sans-bold';
  return italic ? 'noto-sans-italic' : 'noto-sans';
}

function load(name: FontName, bytes: Uint8Array): LoadedFont {
  const face = new Face(new Blob(bytes));
  const font = new Font(face);
  const known = new Map<number, boolean>();
  const { ascender, descender } = font.hExtents();
  // The Arabic font reserves room for stacked Qur'anic marks, which would tear English lines with one Arabic word apart.
  const roomy = name === 'noto-sans-arabic';
  return {
    name,
    bytes,
    face,
    font,
    above: roomy ? 1.2 : ascender / face.upem,
    below: roomy ? 0.55 : -descender / face.upem,
    has(code) {
      let has = known.get(code);
      if (has === undefined) known.set(code, (has = font.nominalGlyph(code) !== undefined));
      return has;
    },
  };
}

/** Joiners, direction marks and variation selectors have no picture of their own. */
const isInvisible = (code: number): boolean => /\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code));
