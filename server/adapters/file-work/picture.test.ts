import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import {
  blue,
  dotAt,
  drawing,
  gif,
  heic,
  height,
  hugePng,
  photo,
  png,
  red,
  tiff,
  tracesIn,
  webp,
  width,
} from '#tests/hub/pictures.ts';
import { pictureKinds, type PictureKind, type WorkEnd } from './file-work.ts';
import { workInProcess } from './process.ts';

const work = workInProcess();
afterAll(() => work.close());

const samples: Readonly<Record<PictureKind, () => Promise<Buffer>>> = { jpeg: photo, png, webp, gif, tiff };

async function drawnAnew(kind: PictureKind, bytes: Uint8Array): Promise<{ end: WorkEnd; copy: Buffer }> {
  const parts: Uint8Array[] = [];
  const end = await work.run('priya', kind, source(bytes), async (copy) => {
    for await (const part of copy) parts.push(part);
  });
  return { end, copy: Buffer.concat(parts) };
}
async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield await Promise.resolve(bytes.subarray(at, at + 65_536));
}

describe('a picture drawn anew', () => {
  test.each(pictureKinds)(
    '%s: nothing is left of what was written beside its dots, and it stays what it is',
    async (kind) => {
      const bytes = await samples[kind]();
      expect(tracesIn(bytes), 'what the test must not find afterwards is there before').not.toEqual([]);
      const { end, copy } = await drawnAnew(kind, bytes);
      expect(end).toBe('done');
      expect(tracesIn(copy)).toEqual([]);
      expect((await sharp(copy).metadata()).format).toBe(kind);
      expect(partsOf[kind](copy)).toEqual(
        kind === 'jpeg' ? expect.arrayContaining(['SOF0', 'SOS']) : expect.anything(),
      );
      expect(partsOf[kind](copy).filter((part) => !allowedParts[kind].includes(part))).toEqual([]);
    },
  );

  test('what lay on its side is upright, to the dot', async () => {
    for (const kind of ['jpeg', 'tiff'] as const) {
      const { copy } = await drawnAnew(kind, await samples[kind]());
      const { width: across, height: down } = await sharp(copy).metadata();
      expect([across, down], kind).toEqual([height, width]);
      isAbout(await dotAt(copy, height - 4, 4), red);
      isAbout(await dotAt(copy, 4, 4), blue);
      isAbout(await dotAt(copy, height - 4, width - 4), blue);
    }
  });

  test('what was drawn in the colours of another screen looks the same without its profile', async () => {
    const bytes = await drawing().withIccProfile('p3').png().toBuffer();
    // The numbers in it are other numbers, or this test would show nothing.
    const raw = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs((raw[0] ?? 0) - red[0])).toBeGreaterThan(8);
    isAbout(await dotAt((await drawnAnew('png', bytes)).copy, 2, 2), red);
  });

  test('every dot of a drawing stays as it was, clear ones too, where its kind can keep them', async () => {
    const { data, info } = await drawing().ensureAlpha(0.4).raw().toBuffer({ resolveWithObject: true });
    for (const kind of ['png', 'webp', 'tiff'] as const) {
      const bytes = await sharp(data, { raw: info })
        .toFormat(kind, { ...(kind === 'webp' && { lossless: true }), ...(kind === 'tiff' && { compression: 'lzw' }) })
        .toBuffer();
      const { copy } = await drawnAnew(kind, bytes);
      expect((await sharp(copy).raw().toBuffer()).equals(await sharp(bytes).raw().toBuffer()), kind).toBe(true);
    }
  });

  test('what moves goes on moving: all its frames, their times, and how often', async () => {
    for (const kind of ['gif', 'webp'] as const) {
      const bytes =
        kind === 'gif'
          ? await gif()
          : await sharp(await gif(), { pages: -1 })
              .webp()
              .toBuffer();
      const facts = await sharp((await drawnAnew(kind, bytes)).copy, { pages: -1 }).metadata();
      expect([facts.pages, facts.delay, facts.loop], kind).toEqual([3, [100, 200, 300], 2]);
    }
  });

  test('a scan of several pages keeps them all', async () => {
    const pages = await sharp(Buffer.alloc(60 * 40 * 3, 90), {
      raw: { width: 60, height: 40, channels: 3, pageHeight: 20 },
    })
      .tiff()
      .toBuffer();
    expect((await sharp((await drawnAnew('tiff', pages)).copy, { pages: -1 }).metadata()).pages).toBe(2);
  });
});

describe('what is no picture that can be drawn', () => {
  test('a few kilobytes that are 400 million dots are not opened', async () => {
    const bomb = hugePng();
    expect(bomb.length).toBeLessThan(100_000);
    expect((await drawnAnew('png', bomb)).end).toBe('too-many-pixels');
    // All frames together are what has to be held.
    const frames = Array.from({ length: 60 }, (_, at) => Buffer.alloc(1000 * 1000 * 3, at % 2 === 0 ? 0 : 255));
    const film = await sharp(Buffer.concat(frames), {
      raw: { width: 1000, height: 60_000, channels: 3, pageHeight: 1000 },
      limitInputPixels: false,
    })
      .gif({ colours: 2, effort: 1 })
      .toBuffer();
    expect((await drawnAnew('gif', film)).end).toBe('too-many-pixels');
  });

  test('bytes choose no other reader than that of their name', async () => {
    const link = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hostname"/></svg>',
    );
    const others = { ...samples, svg: () => Promise.resolve(link), heic: () => Promise.resolve(heic()) };
    for (const [name, sample] of Object.entries(others)) {
      const bytes = await sample();
      for (const kind of pictureKinds.filter((one) => one !== name))
        expect((await drawnAnew(kind, bytes)).end, `${name} as ${kind}`).toBe('unreadable');
    }
  });

  test('one that breaks off, and one that is only noise behind its first bytes, are refused', async () => {
    for (const kind of pictureKinds) {
      const dots = sharp(randomBytes(200 * 200 * 3), { raw: { width: 200, height: 200, channels: 3 } });
      const bytes = await dots.toFormat(kind).toBuffer();
      expect((await drawnAnew(kind, bytes)).end, kind).toBe('done');
      expect((await drawnAnew(kind, bytes.subarray(0, bytes.length * 0.7))).end, kind).toBe('unreadable');
      const noise = Buffer.from(bytes);
      noise.fill(0x5a, 12);
      expect((await drawnAnew(kind, noise)).end, kind).toBe('unreadable');
    }
  });
});

/** Colours change a little where a kind keeps them only nearly. */
function isAbout(dot: readonly number[], wanted: readonly number[]): void {
  for (const [at, value] of wanted.entries()) expect(Math.abs((dot[at] ?? -99) - value)).toBeLessThan(6);
}

/** Read here byte by byte, and not by what wrote the copy: of what parts a file of each kind consists. */
const partsOf: Readonly<Record<PictureKind, (bytes: Buffer) => string[]>> = {
  jpeg(bytes) {
    const names: Record<number, string> = { 0xe0: 'APP0', 0xdb: 'DQT', 0xc0: 'SOF0', 0xc4: 'DHT', 0xda: 'SOS' };
    const parts: string[] = [];
    let at = 2;
    while (parts.at(-1) !== 'SOS') {
      parts.push(names[bytes[at + 1] ?? 0] ?? `marker ${String(bytes[at + 1])}`);
      at += 2 + bytes.readUInt16BE(at + 2);
    }
    // Behind the dots stands the end, and behind the end nothing.
    return bytes.indexOf(Buffer.from([0xff, 0xd9]), at) === bytes.length - 2 ? parts : [...parts, 'more'];
  },
  png: (bytes) => chunks(bytes, 8, (at) => [bytes.toString('latin1', at + 4, at + 8), 12 + bytes.readUInt32BE(at)]),
  webp: (bytes) =>
    chunks(bytes, 12, (at) => {
      const size = bytes.readUInt32LE(at + 4);
      return [bytes.toString('latin1', at, at + 4), 8 + size + (size % 2)];
    }),
  gif(bytes) {
    const table = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
    const blocksEnd = (from: number): number => {
      let at = from;
      while ((bytes[at] ?? 0) !== 0) at += 1 + (bytes[at] ?? 0);
      return at + 1;
    };
    return chunks(bytes, 13 + table(bytes[10] ?? 0), (at) => {
      if (bytes[at] === 0x3b) return ['end', 1];
      if (bytes[at] === 0x2c) return ['frame', blocksEnd(at + 11 + table(bytes[at + 9] ?? 0)) - at];
      const said =
        bytes[at + 1] === 0xff
          ? bytes.toString('latin1', at + 3, at + 14)
          : `0x${bytes.toString('hex', at + 1, at + 2)}`;
      return [said, blocksEnd(at + 2) - at];
    });
  },
  tiff(bytes) {
    const list = bytes.readUInt32LE(4);
    return Array.from({ length: bytes.readUInt16LE(list) }, (_, n) => String(bytes.readUInt16LE(list + 2 + n * 12)));
  },
};
function chunks(bytes: Buffer, from: number, read: (at: number) => readonly [string, number]): string[] {
  const parts: string[] = [];
  for (let at = from; at < bytes.length;) {
    const [name, length] = read(at);
    parts.push(name);
    at += length;
  }
  return parts;
}
const allowedParts: Readonly<Record<PictureKind, readonly string[]>> = {
  jpeg: ['APP0', 'DQT', 'SOF0', 'DHT', 'SOS'],
  png: ['IHDR', 'pHYs', 'PLTE', 'tRNS', 'IDAT', 'IEND'],
  webp: ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF'],
  gif: ['NETSCAPE2.0', '0xf9', 'frame', 'end'],
  // Size, depth, packing, colours, place of the dots in the file, dots an inch, and nothing that holds words.
  tiff: '254 256 257 258 259 262 273 274 277 278 279 282 283 284 296 317 322 323 324 325 338 339'.split(' '),
};
