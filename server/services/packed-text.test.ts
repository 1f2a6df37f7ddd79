import { constants, deflateRawSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gzipAround, plainAround, type PackedText } from './packed-text.ts';

const part = (text: string): PackedText => ({
  text: Buffer.from(text),
  packed: deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH }),
});

test('what was packed beforehand and what is packed now are one gzip body', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string()), fc.string(), (before, between, after) => {
      const parts = between.map(part);
      const plain = plainAround(before, parts, after);
      expect(plain).toBe(before + between.join('') + after);
      // Unpacking compares the sum and the length that stand at the end.
      expect(gunzipSync(gzipAround(before, parts, after)).toString()).toBe(plain);
    }),
  );
});

test('a browser unpacks it too', async () => {
  const body = new Blob([gzipAround('{"a":[', [part('1,'), part('2,')], '3]}')]);
  const text = await new Response(body.stream().pipeThrough(new DecompressionStream('gzip'))).text();
  expect(JSON.parse(text)).toEqual({ a: [1, 2, 3] });
});
