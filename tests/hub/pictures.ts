/** Real pictures as cameras and programs make them, with everything beside the dots that must not be handed on. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Where the picture was taken, as EXIF spells it: the degrees of a made-up house. */
export const place = { GPSLatitudeRef: 'N', GPSLatitude: '53/1 47/1 59/1', GPSLongitudeRef: 'W' } as const;
export const canary = 'Thornapplequill';
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="53,47N" exif:UserComment="${canary}"/></rdf:RDF></x:xmpmeta>`;

export const [red, blue] = [
  [220, 40, 30],
  [20, 60, 200],
] as const;
export const [width, height] = [96, 48] as const;

/** Blue, with a red corner at the top on the left. */
export const drawing = (): Sharp => sharp(dots(), { raw: { width, height, channels: 3 } });
function dots(): Buffer {
  const bytes = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) bytes.set(x < width / 3 && y < height / 2 ? red : blue, (y * width + x) * 3);
  return bytes;
}

const withAll = (picture: Sharp, orientation: number): Sharp =>
  picture
    .withExif({ IFD0: { Artist: canary, Copyright: canary }, IFD3: place })
    .withXmp(xmp)
    .withIccProfile('p3')
    .withMetadata({ orientation });

/** As a telephone held upright writes it: the dots lie on their side, and a film of the moment hangs behind. */
export const photo = async (): Promise<Buffer> =>
  Buffer.concat([await withAll(drawing().jpeg({ quality: 95 }), 6).toBuffer(), Buffer.from(`ftypmp42 ${canary}`)]);
export const webp = (): Promise<Buffer> => withAll(drawing().webp({ quality: 95 }), 1).toBuffer();
export const tiff = (): Promise<Buffer> => withAll(drawing().tiff({ compression: 'lzw' }), 6).toBuffer();
/** With words of its own, as programs that draw and screens that are copied leave them. */
export async function png(): Promise<Buffer> {
  const bytes = await withAll(drawing().png(), 1).toBuffer();
  const end = bytes.length - 12;
  return Buffer.concat([
    bytes.subarray(0, end),
    pngChunk('tEXt', Buffer.from(`Author\0${canary}`)),
    bytes.subarray(end),
  ]);
}
/** Three frames that stand for different times, a remark, and what a program wrote of the author. */
export async function gif(): Promise<Buffer> {
  const frames = Buffer.concat([dots(), Buffer.alloc(width * height * 3, 255), Buffer.alloc(width * height * 3)]);
  const bytes = await sharp(frames, { raw: { width, height: height * 3, channels: 3, pageHeight: height } })
    .gif({ delay: [100, 200, 300], loop: 2 })
    .toBuffer();
  const remark = Buffer.concat([Buffer.from([0x21, 0xfe, canary.length]), Buffer.from(canary), Buffer.from([0])]);
  return Buffer.concat([bytes.subarray(0, -1), remark, bytes.subarray(-1)]);
}
/** A few kilobytes that are 400 million dots. */
export function hugePng(side = 20_000): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * side), { level: 9 });
  const mark = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([mark, pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))]);
}
/** The beginning of what an iPhone keeps for itself. */
export const heic = (): Buffer => Buffer.from(`\0\0\0\x18ftypheic\0\0\0\0mif1heic${canary}`, 'latin1');

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** What of all that is beside the dots can still be read in these bytes. */
export const tracesIn = (bytes: Uint8Array): string[] =>
  [canary, 'Exif', 'ns.adobe.com', 'ICC_PROFILE', 'iCCP', 'eXIf', 'EXIF', 'XMP', 'GPS', 'mluc', exifPlace]
    .filter((trace) => Buffer.from(bytes).includes(Buffer.from(trace, 'latin1')))
    .map((trace) => (trace === exifPlace ? 'the place' : trace));
/** 53/1 47/1 59/1 as EXIF keeps it, in this machine's order of bytes. */
const exifPlace = Buffer.from(Uint32Array.of(53, 1, 47, 1, 59, 1).buffer).toString('latin1');

/** The dot there, as red, green and blue. */
export async function dotAt(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}
