/**
 * Many whole numbers as letters, 64 to the digit: all first digits, then all second ones. What is the same in most of
 * them then stands in one run, which packs to nothing, and the rest takes no more than it says.
 */
export interface Digits {
  /** How many letters a number has; the number itself where all are the same. */
  readonly each: number;
  readonly letters?: string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const base = alphabet.length;
const valueOf = new Uint8Array(128);
for (let at = 0; at < base; at += 1) valueOf[alphabet.charCodeAt(at)] = at;

/** Of numbers that are not negative. */
export function lettersOf(numbers: readonly number[]): Digits {
  const [first = 0] = numbers;
  if (numbers.every((number) => number === first)) return { each: first };
  let each = 1;
  let power = 1;
  for (let rest = largest(numbers); rest >= base; rest = Math.floor(rest / base)) {
    each += 1;
    power *= base;
  }
  let letters = '';
  for (; power >= 1; power /= base)
    for (const number of numbers) letters += alphabet[Math.floor(number / power) % base] ?? '';
  return { each, letters };
}
const largest = (numbers: readonly number[]): number => numbers.reduce((most, one) => Math.max(most, one), 0);

export function numbersOf({ each, letters }: Digits, count: number): number[] {
  if (letters === undefined) return Array.from({ length: count }, () => each);
  const numbers: number[] = [];
  for (let at = 0; at < count; at += 1) {
    let number = 0;
    for (let digit = at; digit < count * each; digit += count)
      number = number * base + (valueOf[letters.charCodeAt(digit)] ?? 0);
    numbers.push(number);
  }
  return numbers;
}

/** From each to the next, whichever way it goes. */
export const stepsOf = (numbers: readonly number[]): Digits =>
  lettersOf(numbers.map((number, at) => folded(number - (at === 0 ? 0 : (numbers[at - 1] ?? 0)))));
const folded = (step: number): number => (step < 0 ? -2 * step - 1 : 2 * step);

export function stepsBack(digits: Digits, count: number): number[] {
  let number = 0;
  return numbersOf(digits, count).map((step) => (number += step % 2 === 0 ? step / 2 : -(step + 1) / 2));
}
