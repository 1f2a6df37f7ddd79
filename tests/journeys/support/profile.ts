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
    const bytes = bytesOf(path);
    return wanted.some((word) => bytes.includes(word));
  });
}

/** A browser that is open takes files away while its folder is read; those are looked into by nobody any more. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
