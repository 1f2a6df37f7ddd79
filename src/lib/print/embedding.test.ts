import { expect, test } from 'vitest';
import { readPrintFile } from '#tests/tools/print-fonts.ts';
import { openFontBook } from './embedding.ts';
import { loadFonts } from './fonts.ts';
import { makeSubsetter } from './subsetting.ts';

test('a glyph that stands for two texts has two codes, and a code has one text', async () => {
  const { loaded } = await loadFonts([{ text: 'a', style: { size: 11 } }], readPrintFile);
  const font = loaded.get('noto-sans');
  if (!font) throw new Error('The base font is always loaded.');
  const book = openFontBook();
  const code = book.code(font, 36, 'A', 639);
  expect(book.code(font, 36, 'A', 639)).toBe(code);
  expect(book.code(font, 36, 'Α', 639)).not.toBe(code);
});

test('the largest font is cut to what a name needs', async () => {
  const [wasm, font] = await Promise.all([readPrintFile('subsetter'), readPrintFile('noto-sans-sc')]);
  const cut = (await makeSubsetter(wasm))(font, [20000, 20001, 20002]);
  expect(font.length).toBeGreaterThan(10_000_000);
  // Glyphs keep their numbers, so the tables of places stay long; they are almost all zero and compress to nothing.
  expect(cut.length).toBeLessThan(200_000);
});
