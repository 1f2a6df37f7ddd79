/** The list of entries at the end of a ZIP container, read without unpacking anything: names and sizes as it states them. */
export interface ZipEntry {
  readonly name: string;
  /** Where the entry itself begins, and how it was packed. */
  readonly at: number;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
}

/** `tail` is the end of a file of `size` bytes. Undefined when it is no ZIP, or its list does not lie within the tail. */
export function zipEntries(tail: Uint8Array, size: number): readonly ZipEntry[] | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = endOfList(view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true) - (size - tail.length);
  const entries: ZipEntry[] = [];
  for (let n = 0; n < count; n += 1) {
    if (at < 0 || at + 46 > end || view.getUint32(at, true) !== entryMark) return undefined;
    const nameLength = view.getUint16(at + 28, true);
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) return undefined;
    entries.push({
      name: asciiOf(tail.subarray(at + 46, at + 46 + nameLength)),
      at: view.getUint32(at + 42, true),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
    });
    at = next;
  }
  return entries;
}

const entryMark = 0x02014b50;
const endMark = 0x06054b50;
const endBytes = 22;

/** The closing record may be followed by a comment of up to 64 KiB. */
function endOfList(view: DataView): number | undefined {
  const earliest = Math.max(0, view.byteLength - endBytes - 0xffff);
  for (let at = view.byteLength - endBytes; at >= earliest; at -= 1) {
    if (view.getUint32(at, true) === endMark) return at;
  }
  return undefined;
}

/** As much of a name as is looked at. */
export const zipNameMax = 1024;

/** The names that tell a kind are plain ASCII; any other letter only has to stay different. */
const asciiOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, zipNameMax));
