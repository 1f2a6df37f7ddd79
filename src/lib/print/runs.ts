/**
 * A paragraph prepared for shaping: its direction by the Unicode bidirectional algorithm, and for each character the
 * font, script and style. A run is a stretch in which all of these stay the same.
 */
import bidiFactory from 'bidi-js';
import type { Fonts, LoadedFont, Span, Style } from './fonts.ts';
import { languageOf, looksUrdu, scriptsOf, type Script } from './scripts.ts';

export interface Paragraph {
  readonly text: string;
  readonly isRtl: boolean;
  readonly units: readonly Unit[];
  /** Bidirectional level of each UTF-16 unit; odd levels run from right to left. */
  readonly levels: Uint8Array;
  /** Where a grapheme begins: the only places at which even a word without spaces may be broken. */
  readonly graphemes: ReadonlySet<number>;
}
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly level: number;
  readonly font: LoadedFont;
  readonly style: Style;
  readonly script: Script;
  readonly language: string | undefined;
}

/** `spans` hold no line breaks. The direction is that of the first letter, as in `dir="auto"`. */
export function makeParagraph(spans: readonly Span[], fonts: Fonts): Paragraph {
  const text = spans.map((span) => span.text).join('');
  const scripts = scriptsOf(text);
  const styles = spans.flatMap((span) => Array.from({ length: span.text.length }, () => span.style));
  const isUrdu = looksUrdu(text, fonts.hasUrdu);
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, 'auto');
  const units: Unit[] = [];
  const graphemes = new Set<number>();
  for (const { segment, index } of segmenter.segment(text)) {
    graphemes.add(index);
    // A bracket after an Arabic name inside an English sentence runs from left to right and belongs to the sentence.
    const script = scripts[index] === 'Arab' && levels[index] === 0 ? 'Latn' : (scripts[index] ?? 'Latn');
    const style = styles[index] ?? { size: 11 };
    const unit = {
      font: fonts.choose(segment, script, isUrdu, style),
      script,
      style,
      language: languageOf(script, isUrdu),
    };
    for (let i = 0; i < segment.length; i++) units.push(unit);
  }
  return { text, isRtl: ((paragraphs[0]?.level ?? 0) & 1) === 1, units, levels, graphemes };
}

/** The runs of `[start, end)` in the order of reading, with the spaces at the end of a line in the paragraph's direction (rule L1). */
export function runsBetween(paragraph: Paragraph, start: number, end: number): Run[] {
  const { text, units, levels, isRtl } = paragraph;
  const trimmed = start + text.slice(start, end).trimEnd().length;
  const runs: Run[] = [];
  for (let i = start; i < end; i++) {
    const unit = units[i];
    if (!unit) throw new Error('A run lies within its paragraph.');
    const level = i < trimmed ? (levels[i] ?? 0) : Number(isRtl);
    const last = runs.at(-1);
    if (
      last &&
      last.level === level &&
      last.font === unit.font &&
      last.style === unit.style &&
      last.script === unit.script
    ) {
      runs[runs.length - 1] = { ...last, end: i + 1 };
    } else runs.push({ start: i, end: i + 1, level, ...unit });
  }
  return runs;
}

/** Puts runs into the order of the page, left to right (rule L2): every stretch of a level and above is turned round. */
export function inVisualOrder<T extends { readonly level: number }>(runs: readonly T[]): T[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map((run) => run.level));
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from;
      while ((ordered[to]?.level ?? -1) >= level) to++;
      if (to > from) ordered.splice(from, to - from, ...ordered.slice(from, to).reverse());
      from = to;
    }
  }
  return ordered;
}

interface Unit {
  readonly font: LoadedFont;
  readonly style: Style;
  readonly script: Script;
  readonly language: string | undefined;
}
const bidi = bidiFactory();
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
