/**
 * Which script each character of a text belongs to, as Unicode Standard Annex 24 resolves it: digits, spaces and
 * punctuation take the script of the words they stand in, and a closing bracket that of its opening one.
 */
export type Script = 'Latn' | 'Grek' | 'Cyrl' | 'Deva' | 'Arab' | 'Beng' | 'Guru' | 'Hani' | 'Zzzz';

/** One script for each UTF-16 unit of `text`. */
export function scriptsOf(text: string): Script[] {
  const found: (Script | undefined)[] = [];
  const open: { close: string; script: Script | undefined }[] = [];
  let current: Script | undefined;
  for (const character of text) {
    const own = ownScript(character);
    const opened = own ? -1 : open.findLastIndex((bracket) => bracket.close === character);
    if (opened >= 0) current = open.splice(opened)[0]?.script ?? current;
    current = own ?? current;
    const close = brackets[character];
    if (close) open.push({ close, script: current });
    for (let unit = 0; unit < character.length; unit++) found.push(current);
  }
  const first = found.find((script) => script !== undefined) ?? 'Latn';
  return found.map((script) => script ?? first);
}

/** The language to name for screen readers; Latin text is left to the document's own language. */
export function languageOf(script: Script, isUrdu: boolean): string | undefined {
  switch (script) {
    case 'Arab':
      return isUrdu ? 'ur' : 'ar';
    case 'Beng':
      return 'bn';
    case 'Guru':
      return 'pa';
    case 'Hani':
      return 'zh';
    case 'Deva':
      return 'hi';
    case 'Grek':
      return 'el';
    case 'Latn':
    case 'Cyrl':
    case 'Zzzz':
      return undefined;
  }
}

/**
 * Urdu is written in Nastaliq, Arabic in Naskh, and both in one Unicode block: the letters that only Urdu (and Punjabi
 * in the same hand) uses decide. Kurdish and Uyghur share some of them and are told apart by their vowel letters.
 */
export function looksUrdu(text: string, elsewhereUrdu: boolean): boolean {
  if (!/\p{Script=Arabic}/u.test(text) || /[\u06c6\u06c7\u06ce\u06d0\u06d5]/.test(text)) return false;
  return (
    /[\u0679\u0688\u0691\u06ba\u06be\u06c1-\u06c3\u06d2\u06d3]/.test(text) ||
    (elsewhereUrdu && !/[\u0629\u0643\u0649\u064a]/.test(text))
  );
}

const brackets: Record<string, string> = { '(': ')', '[': ']', '{': '}', '“': '”', '‘': '’', '«': '»' };

/** Undefined for what belongs to no script of its own. */
function ownScript(character: string): Script | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x41) return undefined;
  const known = patterns.find(([pattern]) => pattern.test(character));
  if (known) return known[1];
  return /[\p{Script=Common}\p{Script=Inherited}]/u.test(character) ? undefined : 'Zzzz';
}

const patterns: readonly (readonly [RegExp, Script])[] = [
  [/\p{Script=Latin}/u, 'Latn'],
  [/\p{Script=Arabic}/u, 'Arab'],
  // Arabic commas, question marks and digits are common to several scripts but shaped as Arabic.
  [/[\u060c\u061b\u061f\u0640\u0660-\u0669]/, 'Arab'],
  [/\p{Script=Bengali}/u, 'Beng'],
  [/\p{Script=Gurmukhi}/u, 'Guru'],
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u, 'Hani'],
  [/\p{Script=Greek}/u, 'Grek'],
  [/\p{Script=Cyrillic}/u, 'Cyrl'],
  [/\p{Script=Devanagari}/u, 'Deva'],
];
