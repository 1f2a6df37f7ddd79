/** Randomness from one seed: the same seed gives the same run. sfc32, well mixed from the first number on. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;
  constructor(seed: number) {
    [this.#a, this.#b, this.#c] = [seed | 0, (seed * 0x9e3779b1) | 0, (seed ^ 0x5bf03635) | 0];
    for (let warm = 0; warm < 12; warm += 1) this.next();
  }
  /** 32 bits. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  /** From 0 to `below` − 1. */
  below(below: number): number {
    return this.next() % below;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }
  bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => this.below(256));
  /** A generator of its own, so that adding a draw in one place does not change every other place. */
  fork(): SeededRandom {
    return new SeededRandom(this.next());
  }
}
