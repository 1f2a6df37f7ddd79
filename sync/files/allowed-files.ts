/**
 * Which files may be added, and how large. One table for both sides: the device asks it before it keeps a file, the
 * server asks it again when the file is announced and once more when all of it is there.
 * Left out on purpose: pictures and pages that can carry script (SVG, HTML), anything with macros, archives, programs.
 */
import type { Reason } from '../reasons.ts';

export type FileGroup = 'picture' | 'document' | 'recording';
/** How the bytes show what they are; `content.ts` knows how each is recognised. */
export type FileContent =
  | 'pdf'
  | 'rtf'
  | 'text'
  | 'ole'
  | 'word'
  | 'sheet'
  | 'slides'
  | 'open-text'
  | 'open-sheet'
  | 'open-slides'
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'heic'
  | 'tiff'
  | 'mp4'
  | 'mov'
  | 'webm'
  | 'mp3'
  | 'm4a'
  | 'wav';

export interface FileKind {
  readonly group: FileGroup;
  /** First the usual one. */
  readonly extensions: readonly string[];
  /** The media type that it is announced and handed out under. */
  readonly type: string;
  /** What browsers say besides; they also say nothing at all for some kinds. */
  readonly alsoCalled?: readonly string[];
  readonly content: FileContent;
}

const office = 'application/vnd.openxmlformats-officedocument';
const open = 'application/vnd.oasis.opendocument';

export const fileKinds: readonly FileKind[] = [
  { group: 'document', extensions: ['pdf'], type: 'application/pdf', content: 'pdf' },
  { group: 'document', extensions: ['docx'], type: `${office}.wordprocessingml.document`, content: 'word' },
  { group: 'document', extensions: ['xlsx'], type: `${office}.spreadsheetml.sheet`, content: 'sheet' },
  { group: 'document', extensions: ['pptx'], type: `${office}.presentationml.presentation`, content: 'slides' },
  { group: 'document', extensions: ['odt'], type: `${open}.text`, content: 'open-text' },
  { group: 'document', extensions: ['ods'], type: `${open}.spreadsheet`, content: 'open-sheet' },
  { group: 'document', extensions: ['odp'], type: `${open}.presentation`, content: 'open-slides' },
  { group: 'document', extensions: ['doc'], type: 'application/msword', content: 'ole' },
  { group: 'document', extensions: ['xls'], type: 'application/vnd.ms-excel', content: 'ole' },
  { group: 'document', extensions: ['ppt'], type: 'application/vnd.ms-powerpoint', content: 'ole' },
  {
    group: 'document',
    extensions: ['rtf'],
    type: 'application/rtf',
    alsoCalled: ['text/rtf', 'application/msword'],
    content: 'rtf',
  },
  { group: 'document', extensions: ['txt'], type: 'text/plain', content: 'text' },
  {
    group: 'document',
    extensions: ['csv'],
    type: 'text/csv',
    alsoCalled: ['application/vnd.ms-excel', 'text/plain', 'text/comma-separated-values'],
    content: 'text',
  },
  {
    group: 'picture',
    extensions: ['jpg', 'jpeg'],
    type: 'image/jpeg',
    alsoCalled: ['image/jpg', 'image/pjpeg'],
    content: 'jpeg',
  },
  { group: 'picture', extensions: ['png'], type: 'image/png', content: 'png' },
  { group: 'picture', extensions: ['webp'], type: 'image/webp', content: 'webp' },
  { group: 'picture', extensions: ['gif'], type: 'image/gif', content: 'gif' },
  { group: 'picture', extensions: ['heic'], type: 'image/heic', alsoCalled: ['image/heif'], content: 'heic' },
  { group: 'picture', extensions: ['tif', 'tiff'], type: 'image/tiff', content: 'tiff' },
  { group: 'recording', extensions: ['mp4'], type: 'video/mp4', content: 'mp4' },
  { group: 'recording', extensions: ['mov'], type: 'video/quicktime', content: 'mov' },
  { group: 'recording', extensions: ['webm'], type: 'video/webm', alsoCalled: ['audio/webm'], content: 'webm' },
  { group: 'recording', extensions: ['mp3'], type: 'audio/mpeg', alsoCalled: ['audio/mp3'], content: 'mp3' },
  {
    group: 'recording',
    extensions: ['m4a'],
    type: 'audio/mp4',
    alsoCalled: ['audio/x-m4a', 'audio/m4a'],
    content: 'm4a',
  },
  {
    group: 'recording',
    extensions: ['wav'],
    type: 'audio/wav',
    alsoCalled: ['audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
    content: 'wav',
  },
];

const mebibyte = 1024 * 1024;
export const fileBytesMax: Readonly<Record<FileGroup, number>> = {
  picture: 25 * mebibyte,
  document: 50 * mebibyte,
  recording: 250 * mebibyte,
};
/** Of all files of one document, and of all that one person adds within a day. */
export const documentBytesMax = 2048 * mebibyte;
export const dayBytesMax = 1024 * mebibyte;
export const fileNameMax = 200;

export interface FileFacts {
  readonly name: string;
  /** As announced; the empty string where a browser does not say. */
  readonly type: string;
  readonly sizeBytes: number;
}

/** By the end of its name alone: what is inside is compared with it later. */
export function kindOfFile(name: string): FileKind | undefined {
  const end = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  return end === undefined ? undefined : fileKinds.find(({ extensions }) => extensions.includes(end));
}

/** Undefined: it may be added, as far as its name, type and size tell. */
export function refusalOfFile({ name, type, sizeBytes }: FileFacts): Reason | undefined {
  if (name === '' || name.length > fileNameMax || unfitForNames.test(name)) return 'file-name';
  const kind = kindOfFile(name);
  if (kind === undefined) return 'file-type';
  if (type !== '' && type !== kind.type && kind.alsoCalled?.includes(type) !== true) return 'file-type';
  if (sizeBytes < 1) return 'file-empty';
  return sizeBytes > fileBytesMax[kind.group] ? 'file-too-large' : undefined;
}

/** Steps up in a path, control characters, and marks that make a name read backwards («exe.fdp»). */
const unfitForNames = /[\p{Cc}/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** The name without what no name may hold: files come from systems that allow almost anything. */
export function fitFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last.replaceAll(new RegExp(unfitForNames, 'gu'), '').trim();
  if (clean.length <= fileNameMax) return clean;
  const end = /\.[A-Za-z0-9]{1,5}$/.exec(clean)?.[0] ?? '';
  return `${clean.slice(0, fileNameMax - end.length)}${end}`;
}

/**
 * What a file chooser offers. HEIC is left out though it is taken: a telephone that is not offered it hands over a JPEG
 * by itself, which everybody can see at once.
 */
export const acceptedFiles: string = offered(fileKinds);
export const acceptedPictures: string = offered(fileKinds.filter(({ group }) => group === 'picture'));

function offered(kinds: readonly FileKind[]): string {
  const ends = kinds.filter(({ content }) => content !== 'heic').flatMap(({ extensions }) => extensions);
  return ends.map((end) => `.${end}`).join(',');
}
