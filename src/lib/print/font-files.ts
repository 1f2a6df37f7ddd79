/** Where a browser finds the files that printing needs. Each is a file of its own, fetched only when a text asks for it. */
import nastaliqUrdu from '@expo-google-fonts/noto-nastaliq-urdu/400Regular/NotoNastaliqUrdu_400Regular.ttf?url';
import arabic from '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf?url';
import bengali from '@expo-google-fonts/noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf?url';
import gurmukhi from '@expo-google-fonts/noto-sans-gurmukhi/400Regular/NotoSansGurmukhi_400Regular.ttf?url';
import chinese from '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf?url';
import regular from '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf?url';
import italic from '@expo-google-fonts/noto-sans/400Regular_Italic/NotoSans_400Regular_Italic.ttf?url';
import bold from '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf?url';
import boldItalic from '@expo-google-fonts/noto-sans/700Bold_Italic/NotoSans_700Bold_Italic.ttf?url';
import subsetter from 'harfbuzzjs/dist/harfbuzz-subset.wasm?url';
import type { FontName } from './fonts.ts';

export const fontUrls: Record<FontName | 'subsetter', string> = {
  'noto-sans': regular,
  'noto-sans-bold': bold,
  'noto-sans-italic': italic,
  'noto-sans-bold-italic': boldItalic,
  'noto-sans-arabic': arabic,
  'noto-nastaliq-urdu': nastaliqUrdu,
  'noto-sans-bengali': bengali,
  'noto-sans-gurmukhi': gurmukhi,
  'noto-sans-sc': chinese,
  subsetter,
};
