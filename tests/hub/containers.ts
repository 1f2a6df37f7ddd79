/** Documents of office programs, packed for real, and as somebody packs them who means harm. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly words: string | Buffer;
  /** What the list, and what the place before the entry, say besides the truth. */
  readonly listed?: Partial<Said>;
  readonly said?: Partial<Said>;
  /** What lies there instead. */
  readonly packed?: Buffer;
  readonly isSaidBehind?: boolean;
  /** Lies where this one does. */
  readonly at?: number;
}
interface Said {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
}

export const document = (words: string | Buffer, more: Omit<Entry, 'name' | 'words'> = {}): Buffer =>
  container([
    { name: '[Content_Types].xml', words: '<Types/>' },
    { name: 'word/document.xml', words, ...more },
  ]);

export function container(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let length = 0;
  const places: number[] = [];
  for (const { name, words, listed, said, packed: instead, isSaidBehind = false, at } of entries) {
    const bytes = Buffer.from(words);
    const packed = instead ?? deflateRawSync(bytes);
    const flags = isSaidBehind ? 8 : 0;
    const truth: Said = { name, method: 8, flags, crc: crc32(bytes), packed: packed.length, unpacked: bytes.length };
    const here = { ...truth, ...(isSaidBehind && { crc: 0, packed: 0, unpacked: 0 }), ...said };
    places.push(at === undefined ? length : (places[at] ?? 0));
    const local = [number(0x04034b50, 4), number(20, 2), factsOf(here), number(0, 2), Buffer.from(here.name), packed];
    if (isSaidBehind)
      local.push(number(0x08074b50, 4), number(truth.crc, 4), number(truth.packed, 4), number(truth.unpacked, 4));
    if (at === undefined) parts.push(...local);
    length = parts.reduce((sum, part) => sum + part.length, 0);
    const there = { ...truth, ...listed };
    list.push(number(0x02014b50, 4), number(20, 2), number(20, 2), factsOf(there), Buffer.alloc(12));
    list.push(number(places.at(-1) ?? 0, 4), Buffer.from(there.name));
  }
  const directory = Buffer.concat(list);
  const counts = Buffer.concat([number(entries.length, 2), number(entries.length, 2)]);
  const end = [
    number(0x06054b50, 4),
    number(0, 4),
    counts,
    number(directory.length, 4),
    number(length, 4),
    number(0, 2),
  ];
  return Buffer.concat([...parts, directory, ...end]);
}

const factsOf = ({ name, method, flags, crc, packed, unpacked }: Said): Buffer =>
  Buffer.concat([
    ...[number(flags, 2), number(method, 2), number(0, 4), number(crc, 4)],
    ...[number(packed, 4), number(unpacked, 4), number(Buffer.byteLength(name), 2)],
  ]);

function number(value: number, bytes: number): Buffer {
  const written = Buffer.alloc(bytes);
  written.writeUIntLE(value, 0, bytes);
  return written;
}
