import fc from 'fast-check';
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { base64OfBytes, bytesOfBase64 } from './base64.ts';

test('bytes come back as they went, and agree with another implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = base64OfBytes(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(bytesOfBase64(text)).toEqual(bytes);
    }),
  );
});

test('what is not base64 is no bytes', () => {
  for (const wrong of [null, 5, 'a', 'ab=c', '====', 'ab c', 'a===', '!!!!'])
    expect(bytesOfBase64(wrong)).toBeUndefined();
});
