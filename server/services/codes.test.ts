import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { codeHmac, isCode, makeCode } from './codes.ts';

const key = Buffer.alloc(32, 7);

test('a code always has six digits, zeros in front included', () => {
  expect(makeCode(() => new Uint8Array([0, 0, 0, 42]))).toBe('000042');
  for (let time = 0; time < 200; time += 1) expect(makeCode(randomBytes)).toMatch(/^\d{6}$/);
});
test('numbers that would make some codes likelier are drawn again', () => {
  const drawn = [new Uint8Array([255, 255, 255, 255]), new Uint8Array([0, 0, 0, 1])];
  expect(makeCode(() => drawn.shift() ?? new Uint8Array(4))).toBe('000001');
});
test('a code belongs to one attempt', () => {
  const stored = codeHmac(key, 'attempt-a', '123456');
  expect(isCode(key, 'attempt-a', '123456', stored)).toBe(true);
  expect(isCode(key, 'attempt-b', '123456', stored)).toBe(false);
  expect(isCode(key, 'attempt-a', '123456', null)).toBe(false);
});
