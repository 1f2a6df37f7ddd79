import { createGunzip, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packedLines } from './packed-lines.ts';

const words = (count: number) =>
  `${JSON.stringify({ say: 'she reads best in the quiet corner — Łucja'.repeat(count) })}\n`;

test('each line can be read as soon as it came, whether it is short or long', async () => {
  const packed = packedLines();
  const reader = createGunzip();
  const read = () =>
    new Promise<string>((seen) => reader.once('data', (piece: Buffer) => seen(piece.toString('utf8'))));
  for (const text of ['{"beat":1}\n', words(40), words(1), words(300), '{"beat":2}\n']) {
    const line = read();
    reader.write(packed.line(text));
    expect(await line).toBe(text);
  }
});

test('an answer that ends in good order is whole gzip, also when nothing was said', () => {
  const packed = packedLines();
  const lines = [words(1), words(90), '{"beat":1}\n', words(10)];
  const all = Buffer.concat([...lines.map((text) => packed.line(text)), packed.end()]);
  expect(gunzipSync(all).toString('utf8')).toBe(lines.join(''));
  expect(all.length).toBeLessThan(lines.join('').length / 3);
  expect(gunzipSync(packedLines().end()).length).toBe(0);
});
