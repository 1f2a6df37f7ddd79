/** The files that printing needs, read from the packages: what a browser fetches, for tests that run in Node. */
import { readFile } from 'node:fs/promises';
import type { FontName } from '#lib/print/fonts.ts';

export type PrintFile = FontName | 'subsetter';

export const readPrintFile = async (name: PrintFile): Promise<Uint8Array> =>
  new Uint8Array(await readFile(printFilePath(name)));

export const printFilePath = (name: PrintFile): URL => new URL(`../../node_modules/${places[name]}`, import.meta.url);

const places: Record<PrintFile, string> = {
  'noto-sans': '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  'noto-sans-bold': '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  'noto-sans-italic': '@expo-google-fonts/noto-sans/400Regular_Italic/NotoSans_400Regular_Italic.ttf',
  'noto-sans-bold-italic': '@expo-google-fonts/noto-sans/700Bold_Italic/NotoSans_700Bold_Italic.ttf',
  'noto-sans-arabic': '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  'noto-nastaliq-urdu': '@expo-google-fonts/noto-nastaliq-urdu/400Regular/NotoNastaliqUrdu_400Regular.ttf',
  'noto-sans-bengali': '@expo-google-fonts/noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf',
  'noto-sans-gurmukhi': '@expo-google-fonts/noto-sans-gurmukhi/400Regular/NotoSansGurmukhi_400Regular.ttf',
  'noto-sans-sc': '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  subsetter: 'harfbuzzjs/dist/harfbuzz-subset.wasm',
};
