/**
 * A picture drawn anew: the same dots upright and in the colours of screens, and nothing else of what came. Whatever a
 * camera, a telephone or a person wrote beside the dots (place, name, words, a smaller copy, a film behind the picture)
 * has no way into the copy, because the copy is written from the dots alone.
 */
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { PictureKind, WorkFault } from './file-work.ts';

/** More than any camera in a pocket makes, and what the limit of memory has room for. */
export const picturePixelsMax = 50_000_000;

export async function copyPicture(kind: PictureKind, bytes: Buffer): Promise<Buffer | WorkFault> {
  readNothingElseThan(kind);
  try {
    // What it says of its own size is read first; no dot is.
    const facts = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (facts.format !== kind) return 'unreadable';
    const pages = facts.pages ?? 1;
    if (facts.width * (facts.pageHeight ?? facts.height) * pages > picturePixelsMax) return 'too-many-pixels';
    // Only a picture of one page can be turned; one of several that lies on its side would stay so.
    if (kind === 'tiff' && pages > 1 && (facts.orientation ?? 1) > 1) return 'unreadable';
    const drawn = sharp(bytes, {
      limitInputPixels: picturePixelsMax,
      failOn: 'error',
      pages: -1,
      autoOrient: pages === 1,
      sequentialRead: true,
    });
    return await writers[kind](drawn.toColourspace('srgb'), facts, bytes).toBuffer();
  } catch (error) {
    // Its decoders say by an error without a class of its own that the bytes are none of theirs.
    if (!(error instanceof Error)) throw error;
    return 'unreadable';
  }
}

const writers: Readonly<Record<PictureKind, (drawn: Sharp, facts: Metadata, bytes: Buffer) => Sharp>> = {
  jpeg: (drawn, { chromaSubsampling, isProgressive }) =>
    drawn.jpeg({
      quality: 90,
      chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0',
      progressive: isProgressive === true,
    }),
  png: (drawn) => drawn.png({ compressionLevel: 6 }),
  webp: (drawn, _, bytes) => drawn.webp(isLossless(bytes) ? { lossless: true, effort: 2 } : { quality: 90, effort: 2 }),
  gif: (drawn) => drawn.gif({ effort: 4 }),
  tiff: (drawn) => drawn.tiff({ compression: 'deflate', predictor: 'horizontal' }),
};

/** The one who reads must be the one for this kind: no bytes can choose another, such as the one for drawings with links. */
function readNothingElseThan(kind: PictureKind): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: [...readers[kind]] });
}
const readers: Readonly<Record<PictureKind, readonly string[]>> = {
  jpeg: ['VipsForeignLoadJpeg'],
  png: ['VipsForeignLoadPng'],
  webp: ['VipsForeignLoadWebp'],
  gif: ['VipsForeignLoadNsgif'],
  tiff: ['VipsForeignLoadTiff'],
};

/** Drawings and pictures of screens come so, and would get smudges around their letters otherwise. */
const isLossless = (bytes: Buffer): boolean => bytes.subarray(0, 4096).includes('VP8L');
