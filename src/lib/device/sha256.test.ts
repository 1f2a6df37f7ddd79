import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';

test('a file has the same hash here as on the server, whatever its length and however it was read', () => {
  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 70_001]) {
    const bytes = randomBytes(length);
    const hash = sha256();
    for (let at = 0; at < length; at += 37) hash.add(bytes.subarray(at, at + 37));
    expect(hash.end(), `${String(length)} bytes`).toBe(createHash('sha256').update(bytes).digest('base64url'));
  }
});
