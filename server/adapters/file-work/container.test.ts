import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { kindOfFile } from '#sync/files/allowed-files.ts';
import { refusalOfContent } from '#sync/files/content.ts';
import { container, document } from '#tests/hub/containers.ts';
import { faultOfContainer } from './container.ts';

const words = 'What would you like your child to be able to do? '.repeat(400);
const fiftyMegabytes = Buffer.alloc(50 * 1024 * 1024, 'a');

/** What is said without unpacking anything. */
const listRefuses = (bytes: Buffer) => {
  const kind = kindOfFile('report.docx');
  return kind && refusalOfContent(kind, { head: bytes.subarray(0, 65_536), tail: bytes, sizeBytes: bytes.length });
};

describe('the entries of a document', () => {
  test('an honest one passes, whether its sizes stand before its entries or behind them, packed or not', async () => {
    for (const bytes of [
      document(words),
      document(words, { isSaidBehind: true }),
      document(words, { packed: Buffer.from(words), listed: { method: 0 }, said: { method: 0 } }),
      // Sizes in the longer form before the entry, as programs write them that do not know yet how long it gets.
      document(words, { said: { packed: 0xffffffff, unpacked: 0xffffffff } }),
      document(''),
    ]) {
      expect(listRefuses(bytes)).toBeUndefined();
      expect(await faultOfContainer(bytes)).toBeUndefined();
    }
  });

  test('one that says a hundred bytes and holds fifty megabytes is refused, wherever it says so', async () => {
    const lie = { unpacked: 100 };
    for (const bytes of [
      document(fiftyMegabytes, { listed: lie, said: lie }),
      document(fiftyMegabytes, { listed: lie, isSaidBehind: true }),
    ]) {
      expect(listRefuses(bytes), 'its list alone tells nothing').toBeUndefined();
      expect(await faultOfContainer(bytes)).toBe('not-as-listed');
    }
  });

  test.each([
    ['an entry cannot be unpacked', document(words, { packed: Buffer.alloc(300, 0xff) })],
    ['an entry breaks off', document(words, { packed: deflateRawSync(words).subarray(0, -4) })],
    ['an entry is packed in a way of its own', document(words, { listed: { method: 12 }, said: { method: 12 } })],
    ['an entry is locked', document(words, { listed: { flags: 1 }, said: { flags: 1 } })],
    ['an entry holds something else than its sum says', document(words, { listed: { crc: 1 }, said: { crc: 1 } })],
    ['an entry holds more than both say', document(words, { listed: { unpacked: 100 }, said: { unpacked: 100 } })],
    ['list and entry say different names', document(words, { said: { name: 'word/documents.xm' } })],
    ['the entry has more of a name than the list', document(words, { listed: { name: 'word/document' } })],
    ['list and entry say different sizes', document(words, { said: { unpacked: 7 } })],
    ['list and entry say different sums', document(words, { said: { crc: 7 } })],
    ['list and entry say different ways of packing', document(words, { said: { method: 0 } })],
    [
      'the entry is longer than the file',
      document(words, { listed: { packed: 9_000_000 }, said: { packed: 9_000_000 } }),
    ],
  ])('a container is refused in which %s', async (_, bytes) => {
    expect(await faultOfContainer(bytes)).toBe('not-as-listed');
  });

  test('entries that share their bytes are refused: a little would be unpacked many times', async () => {
    const one = { name: 'word/a.xml', words };
    expect(await faultOfContainer(container([one, one]))).toBeUndefined();
    expect(await faultOfContainer(container([one, { ...one, at: 0 }]))).toBe('not-as-listed');
  });

  test('all entries together count, not each by itself', async () => {
    const one = (n: number) => ({ name: `word/${String(n)}.xml`, words: Buffer.alloc(400_000, 'a') });
    const few = container([one(1), one(2)]);
    const many = container(Array.from({ length: 5 }, (_, n) => one(n)));
    expect(await faultOfContainer(few)).toBeUndefined();
    expect(await faultOfContainer(many)).toBe('not-as-listed');
  });
});
