import { describe, expect, test } from 'vitest';
import { fileKinds, kindOfFile } from './allowed-files.ts';
import { refusalOfContent } from './content.ts';
import { declaredFile } from './attachment.ts';
import { zipEntries } from './zip-entries.ts';

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);
const kindOf = (name: string) => {
  const kind = kindOfFile(name);
  if (kind === undefined) throw new Error(`no such kind: ${name}`);
  return kind;
};
const refusalOf = (name: string, bytes: Uint8Array) =>
  refusalOfContent(kindOf(name), { head: bytes.subarray(0, 65_536), tail: bytes, sizeBytes: bytes.length });

const samples: Readonly<Record<string, Uint8Array>> = {
  'a.pdf': ascii('%PDF-1.4 …'),
  'a.rtf': ascii('{\\rtf1'),
  'a.txt': ascii('A line,\r\nanother.\tEnd'),
  'a.csv': ascii('name,day\r\nA,1'),
  'a.doc': ascii('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1…'),
  'a.jpg': ascii('\xff\xd8\xff\xe0'),
  'a.png': ascii('\x89PNG\r\n\x1a\n'),
  'a.gif': ascii('GIF89a'),
  'a.webp': ascii('RIFF\0\0\0\0WEBPVP8 '),
  'a.heic': ascii('\0\0\0\x18ftypheic'),
  'a.tif': ascii('II*\0'),
  'a.mp4': ascii('\0\0\0\x18ftypisom'),
  'a.mov': ascii('\0\0\0\x14ftypqt  '),
  'a.webm': ascii('\x1a\x45\xdf\xa3…webm'),
  'a.mp3': ascii('ID3\x04'),
  'a.m4a': ascii('\0\0\0\x18ftypM4A '),
  'a.wav': ascii('RIFF\0\0\0\0WAVEfmt '),
  'a.docx': zip(['[Content_Types].xml', 'word/document.xml']),
  'a.xlsx': zip(['[Content_Types].xml', 'xl/workbook.xml']),
  'a.pptx': zip(['[Content_Types].xml', 'ppt/presentation.xml']),
  'a.odt': zip(['mimetype', 'content.xml'], 'application/vnd.oasis.opendocument.text'),
  'a.ods': zip(['mimetype', 'content.xml'], 'application/vnd.oasis.opendocument.spreadsheet'),
  'a.odp': zip(['mimetype', 'content.xml'], 'application/vnd.oasis.opendocument.presentation'),
};

describe('what is in a file', () => {
  test.each(Object.keys(samples))('%s is known by its own bytes, and taken for no other kind', (name) => {
    const bytes = samples[name] ?? new Uint8Array();
    expect(refusalOf(name, bytes)).toBeUndefined();
    // Kinds that share their bytes by nature: words and tables in plain text, films and sound of one family.
    const alike = ['text', 'ole', 'mp4', 'm4a'];
    for (const kind of fileKinds.filter(({ content }) => content !== kindOf(name).content)) {
      const isAlike = alike.includes(kind.content) && (kind.content === 'text' || name === 'a.mp4');
      if (!isAlike) expect(refusalOf(`b.${kind.extensions[0] ?? ''}`, bytes), kind.type).toBe('file-not-what-it-says');
    }
  });

  test('every kind has a sample here', () => {
    const shown = new Set(Object.keys(samples).map((name) => kindOf(name).content));
    expect(fileKinds.filter(({ content }) => !shown.has(content))).toEqual([]);
  });

  test('a program is no report, and no text either', () => {
    const program = ascii('MZ\x90\0\x03\0\0\0');
    for (const { extensions } of fileKinds) expect(refusalOf(`a.${extensions[0] ?? ''}`, program)).toBeDefined();
  });

  test('macros are refused by name, also under the end of a file without them', () => {
    const withMacros = zip(['[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin']);
    expect(refusalOf('a.docx', withMacros)).toBe('file-macros');
    expect(
      refusalOf(
        'a.odt',
        zip(['mimetype', 'content.xml', 'Basic/Standard/Module1.xml'], 'application/vnd.oasis.opendocument.text'),
      ),
    ).toBe('file-macros');
  });

  test('a container that holds a hundred times what it weighs, or has no list at its end, is refused', () => {
    expect(refusalOf('a.docx', zip(['[Content_Types].xml', 'word/document.xml'], '', 2_000_000))).toBe(
      'file-not-what-it-says',
    );
    expect(refusalOf('a.docx', ascii('PK\u0003\u0004 and nothing else'))).toBe('file-not-what-it-says');
  });

  test('a list that points outside the file is no list', () => {
    const bytes = zip(['[Content_Types].xml', 'word/document.xml']);
    for (let at = 0; at < bytes.length; at += 1) {
      const broken = bytes.slice();
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      expect(() => zipEntries(broken, broken.length)).not.toThrow();
    }
    expect(zipEntries(bytes.subarray(0, 10), 10)).toBeUndefined();
  });
});

test('an announcement says all that is needed and nothing else', () => {
  const good = {
    id: 'abcdefgh12345678',
    section: 'documents',
    name: 'a.pdf',
    type: 'application/pdf',
    sizeBytes: 1,
    hash: 'a'.repeat(43),
    category: 'medical',
  };
  expect(declaredFile.safeParse(good).success).toBe(true);
  expect(declaredFile.safeParse({ ...good, datedOn: '2024-02-29' }).success).toBe(true);
  for (const bad of [{ datedOn: '2023-02-29' }, { sizeBytes: 0 }, { hash: 'short' }, { id: '../x' }, { more: 1 }])
    expect(declaredFile.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
});

/** A container with these entries, as far as its lists go: nothing is packed in it. */
function zip(names: readonly string[], first = '', unpacked = 10): Uint8Array {
  const head = [
    ...le(0x04034b50, 4),
    ...new Array<number>(22).fill(0),
    ...le(8, 2),
    ...le(0, 2),
    ...ascii(`${names[0] === 'mimetype' ? 'mimetype' : 'other.xm'}${first}`),
  ];
  const entries = names.flatMap((name) => [
    ...le(0x02014b50, 4),
    ...new Array<number>(16).fill(0),
    ...le(10, 4),
    ...le(unpacked, 4),
    ...le(name.length, 2),
    ...new Array<number>(16).fill(0),
    ...ascii(name),
  ]);
  const end = [
    ...le(0x06054b50, 4),
    ...le(0, 4),
    ...le(names.length, 2),
    ...le(names.length, 2),
    ...le(entries.length, 4),
    ...le(head.length, 4),
    ...le(0, 2),
  ];
  return Uint8Array.from([...head, ...entries, ...end]);
}
function le(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 255);
}
