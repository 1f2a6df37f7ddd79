/** Six digits, all equally likely; stored only as an HMAC bound to the attempt that they were made for. */
import { timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '#sync/model/ids.ts';
import { hmac } from './keys.ts';

export const codeLivesMs = 10 * 60_000;
export const guessesMax = 5;

export function makeCode(random: RandomBytes): string {
  const ceiling = Math.floor(2 ** 32 / 1_000_000) * 1_000_000;
  for (;;) {
    const drawn = Buffer.from(random(4)).readUInt32BE();
    // Numbers above the last whole million would make low codes likelier: they are drawn again.
    if (drawn < ceiling) return String(drawn % 1_000_000).padStart(6, '0');
  }
}

export const codeHmac = (key: Buffer, attempt: string, code: string): string => hmac(key, attempt, code);

export function isCode(key: Buffer, attempt: string, code: string, stored: string | null): boolean {
  const typed = Buffer.from(codeHmac(key, attempt, code));
  const expected = Buffer.from(stored ?? codeHmac(key, attempt, 'no code was sent'));
  return timingSafeEqual(typed, expected);
}
