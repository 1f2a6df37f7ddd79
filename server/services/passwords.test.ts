import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, isPassword, passwordCost } from './passwords.ts';

const cheap = { memoryKiB: 64, passes: 1 };

test('a password is known again, in whichever form a keyboard made its letters', async () => {
  const stored = await hashPassword('Zażółć gęślą jaźń', randomBytes, cheap);
  expect(await isPassword('Zażółć gęślą jaźń'.normalize('NFD'), stored)).toBe(true);
  expect(await isPassword('Zazolc gesla jazn', stored)).toBe(false);
});
test('the same password is never stored twice alike', async () => {
  expect(await hashPassword('the same one', randomBytes, cheap)).not.toBe(
    await hashPassword('the same one', randomBytes, cheap),
  );
});
test('what is stored names its own cost, at least what the requirements ask for', async () => {
  expect(passwordCost).toEqual({ memoryKiB: 64 * 1024, passes: 3 });
  expect(await hashPassword('a real one', randomBytes)).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
});
test('an unknown account costs as much as a known one and is refused', async () => {
  const stored = await hashPassword('a real one', randomBytes);
  const timeOf = async (known: string | undefined) => {
    const began = performance.now();
    expect(await isPassword('not that one', known)).toBe(false);
    return performance.now() - began;
  };
  await timeOf(stored);
  const [known, unknown] = [await timeOf(stored), await timeOf(undefined)];
  expect(unknown).toBeGreaterThan(known / 4);
});
