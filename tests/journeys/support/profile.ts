/** Looks for words in the raw files of a browser's profile, as somebody would who found the device. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files in which any of the words stands, in any of the ways in which a browser writes text. */
export function filesWith(folder: string, words: readonly string[]): string[] {
  const wanted = words.flatMap((word) => [
    Buffer.from(word, 'utf8'),
    Buffer.from(word, 'utf16le'),
    Buffer.from(Buffer.from(word, 'utf16le')).swap16(),
  ]);
  return filesUnder(folder).filter((path) => {
    const bytes = readFileSync(path);
    return wanted.some((word) => bytes.includes(word));
  });
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
