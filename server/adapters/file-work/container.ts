/**
 * Documents of office programs are ZIP containers, and what their lists say of sizes is only what somebody wrote there.
 * Here every entry is unpacked, counted and forgotten; the moment the count passes the limit it stops.
 */
import { crc32, createInflateRaw } from 'node:zlib';
import { unpackedMax } from '#sync/files/content.ts';
import { zipEntries, zipNameMax, type ZipEntry } from '#sync/files/zip-entries.ts';
import type { WorkFault } from './file-work.ts';

export async function faultOfContainer(bytes: Buffer): Promise<WorkFault | undefined> {
  const entries = zipEntries(bytes, bytes.length);
  const places = entries?.map((entry) => placeOf(entry, bytes));
  if (entries === undefined || places === undefined || doOverlap(places)) return 'not-as-listed';
  let left = unpackedMax(entries);
  for (const [at, entry] of entries.entries()) {
    const place = places[at];
    if (place === undefined) return 'not-as-listed';
    const unpacked = await unpack(entry.method, bytes.subarray(place.from, place.to), left);
    if (unpacked?.size !== entry.unpacked || unpacked.crc !== entry.crc) return 'not-as-listed';
    left -= unpacked.size;
  }
  return undefined;
}

interface Place {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** Undefined when what stands before the entry itself is missing or says something else than the list. */
function placeOf({ at, name, method, flags, crc, packed, unpacked }: ZipEntry, bytes: Buffer): Place | undefined {
  if (at + localBytes > bytes.length || bytes.readUInt32LE(at) !== localMark) return undefined;
  const nameEnd = at + localBytes + bytes.readUInt16LE(at + 26);
  const from = nameEnd + bytes.readUInt16LE(at + 28);
  const flagsHere = bytes.readUInt16LE(at + 6);
  const nameHere = bytes.toString('latin1', at + localBytes, Math.min(nameEnd, at + localBytes + zipNameMax));
  if (from + packed > bytes.length || ((flags | flagsHere) & sealedFlag) !== 0) return undefined;
  if (bytes.readUInt16LE(at + 8) !== method || nameHere !== name) return undefined;
  // Whoever writes without looking back says the sizes behind the entry, and may say them in the longer form.
  const isSaidBehind = (flagsHere & saidBehindFlag) !== 0;
  const agrees = (offset: number, listed: number) => [listed, longForm].includes(bytes.readUInt32LE(at + offset));
  if (!isSaidBehind && !(agrees(14, crc) && agrees(18, packed) && agrees(22, unpacked))) return undefined;
  return { start: at, from, to: from + packed };
}

/** Entries that share their bytes are how a small file is made to hold a large one many times over. */
function doOverlap(places: readonly (Place | undefined)[]): boolean {
  const sorted = places.filter((place) => place !== undefined).sort((a, b) => a.start - b.start);
  return sorted.some((place, at) => at > 0 && place.start < (sorted[at - 1]?.to ?? 0));
}

/** How much it is, and its check sum; undefined when it is more than may be, or cannot be unpacked. */
async function unpack(method: number, packed: Buffer, most: number) {
  if (method === stored) return packed.length > most ? undefined : { size: packed.length, crc: crc32(packed) };
  if (method !== deflated) return undefined;
  const inflate = createInflateRaw();
  let [size, crc] = [0, 0];
  try {
    inflate.end(packed);
    for await (const part of inflate as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) return undefined;
      crc = crc32(part, crc);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))) throw error;
    return undefined;
  }
  return { size, crc };
}

const localMark = 0x04034b50;
const localBytes = 30;
const sealedFlag = 1;
const saidBehindFlag = 8;
const longForm = 0xffffffff;
const stored = 0;
const deflated = 8;
