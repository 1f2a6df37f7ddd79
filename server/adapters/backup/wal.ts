/**
 * SQLite's write-ahead log as it lies in its file: which pages each commit has changed. Only frames whose checksums
 * follow from all before them, up to the last that ends a commit, are ever taken: a consistent state by construction.
 * See sqlite.org/fileformat.html, section 4.
 */
import { readSync } from 'node:fs';

export const walHeaderBytes = 32;
export const frameHeaderBytes = 24;

export interface WalPosition {
  /** Of the log's present round: its salts. A checkpoint begins a new one. */
  readonly round: string;
  /** The byte behind the last frame that was taken, and the checksums there. */
  readonly end: number;
  readonly sums: readonly [number, number];
}

export interface WalHead {
  readonly pageBytes: number;
  readonly start: WalPosition;
  readonly isBigEndian: boolean;
}

/** Undefined while the log is empty or only just begun. */
export function readWalHead(file: number): WalHead | undefined {
  const header = Buffer.alloc(walHeaderBytes);
  if (readSync(file, header, 0, walHeaderBytes, 0) < walHeaderBytes) return undefined;
  const magic = header.readUInt32BE(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return undefined;
  const isBigEndian = magic === 0x377f0683;
  const sums = sumsOver(header.subarray(0, 24), [0, 0], isBigEndian);
  if (sums[0] !== header.readUInt32BE(24) || sums[1] !== header.readUInt32BE(28)) return undefined;
  return {
    pageBytes: header.readUInt32BE(8),
    start: { round: header.subarray(16, 24).toString('hex'), end: walHeaderBytes, sums },
    isBigEndian,
  };
}

/** Where the last whole commit behind `from` ends; `from` itself when there is none. */
export function lastCommit(file: number, { pageBytes, isBigEndian }: WalHead, from: WalPosition): WalPosition {
  const frame = Buffer.alloc(frameHeaderBytes + pageBytes);
  let here = from;
  let committed = from;
  while (readSync(file, frame, 0, frame.length, here.end) === frame.length) {
    if (frame.subarray(8, 16).toString('hex') !== from.round) break;
    const sums = sumsOver(
      frame.subarray(frameHeaderBytes),
      sumsOver(frame.subarray(0, 8), here.sums, isBigEndian),
      isBigEndian,
    );
    if (sums[0] !== frame.readUInt32BE(16) || sums[1] !== frame.readUInt32BE(20)) break;
    here = { round: from.round, end: here.end + frame.length, sums };
    // The size of the database stands in the frame that ends a commit, and in no other.
    if (frame.readUInt32BE(4) !== 0) committed = here;
  }
  return committed;
}

function sumsOver(
  bytes: Buffer,
  [first, second]: readonly [number, number],
  isBigEndian: boolean,
): readonly [number, number] {
  let [a, b] = [first, second];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + view.getUint32(at, !isBigEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, !isBigEndian) + a) >>> 0;
  }
  return [a, b];
}
