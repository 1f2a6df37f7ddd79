/**
 * Is in a file what its name says? Judged by the bytes at its beginning and, for containers, by the list at its end.
 * Nothing is unpacked or run here: sizes are those of the list, which the server counts itself later. It does not say
 * that a file is harmless.
 */
import type { Reason } from '../reasons.ts';
import type { FileContent, FileKind } from './allowed-files.ts';
import { zipEntries, type ZipEntry } from './zip-entries.ts';

/** As much of the beginning as is looked at, and of the end for containers. */
export const headBytes = 64 * 1024;
export const tailBytes = 1024 * 1024;

export interface FileSample {
  readonly head: Uint8Array;
  /** Left out on a device, where only the beginning is looked at. */
  readonly tail?: Uint8Array;
  readonly sizeBytes: number;
}

export function refusalOfContent({ content }: FileKind, { head, tail, sizeBytes }: FileSample): Reason | undefined {
  if (!begins[content](head)) return 'file-not-what-it-says';
  const inside = containers[content];
  if (inside === undefined || tail === undefined) return undefined;
  const entries = zipEntries(tail, sizeBytes);
  if (entries === undefined || !inside(entries, head)) return 'file-not-what-it-says';
  if (entries.some(({ name }) => /(^|\/)(vbaProject\.bin|Basic\/.+)$/i.test(name))) return 'file-macros';
  return isBomb(entries) ? 'file-not-what-it-says' : undefined;
}

type Begins = (head: Uint8Array) => boolean;
const isZip: Begins = (head) => has(head, 0, 'PK\u0003\u0004');
const isRiff =
  (kind: string): Begins =>
  (head) =>
    has(head, 0, 'RIFF') && has(head, 8, kind);
/** Films and sound of the MP4 family say their brand at the beginning. */
const isBranded =
  (brands: RegExp): Begins =>
  (head) =>
    has(head, 4, 'ftyp') && brands.test(ascii(head, 8, 64));

const begins: Readonly<Record<FileContent, Begins>> = {
  pdf: (head) => ascii(head, 0, 1024).includes('%PDF-'),
  rtf: (head) => has(head, 0, '{\\rtf'),
  text: isText,
  ole: (head) => bytes(head, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
  word: isZip,
  sheet: isZip,
  slides: isZip,
  'open-text': isZip,
  'open-sheet': isZip,
  'open-slides': isZip,
  jpeg: (head) => bytes(head, 0xff, 0xd8, 0xff),
  png: (head) => bytes(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  gif: (head) => has(head, 0, 'GIF87a') || has(head, 0, 'GIF89a'),
  webp: isRiff('WEBP'),
  heic: isBranded(/^(hei[cmsx]|hev[cmsx]|mif1|msf1)/),
  tiff: (head) => bytes(head, 0x49, 0x49, 0x2a, 0x00) || bytes(head, 0x4d, 0x4d, 0x00, 0x2a),
  mp4: isBranded(/^(iso[2-9m]|mp4[12]|avc1|dash|M4V |MSNV|3gp|mmp4|f4v )/),
  // Older cameras write a film without saying its brand.
  mov: (head) =>
    isBranded(/^qt {2}/)(head) || ['moov', 'mdat', 'wide', 'free', 'skip'].some((box) => has(head, 4, box)),
  webm: (head) => bytes(head, 0x1a, 0x45, 0xdf, 0xa3) && ascii(head, 0, 64).includes('webm'),
  mp3: (head) => has(head, 0, 'ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2),
  m4a: isBranded(/^(M4A |M4B |mp4[12]|iso[2-9m])/),
  wav: isRiff('WAVE'),
};

const officeWith =
  (folder: string) =>
  (entries: readonly ZipEntry[]): boolean =>
    entries.some(({ name }) => name === '[Content_Types].xml') && entries.some(({ name }) => name.startsWith(folder));
/** Open documents state their type, unpacked, as the first thing in the container. */
const openAs =
  (type: string) =>
  (entries: readonly ZipEntry[], head: Uint8Array): boolean =>
    entries.some(({ name }) => name === 'content.xml') &&
    new RegExp(`mimetypeapplication/vnd\\.oasis\\.opendocument\\.${type}(?![-a-z])`).test(ascii(head, 30, 160));

const containers: Partial<Record<FileContent, (entries: readonly ZipEntry[], head: Uint8Array) => boolean>> = {
  word: officeWith('word/'),
  sheet: officeWith('xl/'),
  slides: officeWith('ppt/'),
  'open-text': openAs('text'),
  'open-sheet': openAs('spreadsheet'),
  'open-slides': openAs('presentation'),
};

/** A document whose entries somebody has to unpack before it may be trusted with a reader's memory. */
export const isContainer = ({ content }: FileKind): boolean => containers[content] !== undefined;

/** Far more inside than outside: such a file is made to fill a reader's memory. Here as its own list has it. */
const isBomb = (entries: readonly ZipEntry[]): boolean =>
  entries.length > 2000 || sumOf(entries, 'unpacked') > unpackedMax(entries);

/** A hundred times what it weighs, and never less than what a few pages of words can be. */
export const unpackedMax = (entries: readonly ZipEntry[]): number => 100 * Math.max(sumOf(entries, 'packed'), 10_000);

const sumOf = (entries: readonly ZipEntry[], size: 'packed' | 'unpacked'): number =>
  entries.reduce((total, entry) => total + entry[size], 0);

/** No control characters but those of lines; text in two-byte letters says so by its first mark. */
function isText(head: Uint8Array): boolean {
  if (bytes(head, 0xff, 0xfe) || bytes(head, 0xfe, 0xff)) return true;
  return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13) || byte === 26 || byte === 27);
}

const bytes = (head: Uint8Array, ...wanted: number[]): boolean => wanted.every((byte, at) => head[at] === byte);
const has = (head: Uint8Array, at: number, wanted: string): boolean =>
  [...wanted].every((letter, n) => head[at + n] === letter.charCodeAt(0));
const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
