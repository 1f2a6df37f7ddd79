/**
 * SHA-256 over a file as it is read, piece by piece: WebCrypto wants all of it in memory at once, which an old telephone
 * has not got for a film. It names contents and guards no secret.
 */
import { base64Url } from './bytes.ts';

export interface Sha256 {
  add(bytes: Uint8Array): void;
  /** base64url. Nothing may be added after it. */
  end(): string;
}

export function sha256(): Sha256 {
  const state = Int32Array.from(roots(8, 2));
  const block = new Uint8Array(64);
  const words = new Int32Array(64);
  let filled = 0;
  let length = 0;

  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      const part = bytes.subarray(at, at + 64 - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < 64) return;
      mix(state, block, words);
      filled = 0;
    }
  };
  return {
    add,
    end() {
      const bits = length * 8;
      add(Uint8Array.of(0x80));
      add(new Uint8Array((120 - (filled % 64)) % 64));
      const closing = new DataView(new ArrayBuffer(8));
      closing.setUint32(0, Math.floor(bits / 2 ** 32));
      closing.setUint32(4, bits >>> 0);
      add(new Uint8Array(closing.buffer));
      const hash = new DataView(new ArrayBuffer(32));
      state.forEach((word, n) => hash.setInt32(n * 4, word));
      return base64Url(new Uint8Array(hash.buffer));
    },
  };
}

function mix(state: Int32Array, block: Uint8Array, words: Int32Array): void {
  const view = new DataView(block.buffer);
  for (let n = 0; n < 16; n += 1) words[n] = view.getInt32(n * 4);
  for (let n = 16; n < 64; n += 1) {
    const early = words[n - 15] ?? 0;
    const late = words[n - 2] ?? 0;
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[n] = ((words[n - 16] ?? 0) + low + (words[n - 7] ?? 0) + high) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let n = 0; n < 64; n += 1) {
    const choice = (e & f) ^ (~e & g);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (constants[n] ?? 0) + (words[n] ?? 0)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, n) => (state[n] = ((state[n] ?? 0) + value) | 0));
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The standard's constants: the first 32 bits after the point of the roots of the first primes. */
function roots(count: number, root: 2 | 3): number[] {
  const found: number[] = [];
  for (let prime = 2; found.length < count; prime += 1) {
    let isPrime = true;
    for (let by = 2; by * by <= prime; by += 1) if (prime % by === 0) isPrime = false;
    if (isPrime) found.push(fractionOf(prime, root));
  }
  return found;
}

/** By whole numbers: the last bits of a floating-point root are not the same in every engine. */
function fractionOf(prime: number, root: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * root);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(root) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}
const constants = Int32Array.from(roots(64, 3));
