/** Time that passes only when the simulation says so. Real work still runs for real between two moments. */
import { settle } from './one-thread.ts';

export { settle } from './one-thread.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
  isOff: boolean;
}

export class VirtualTime {
  #now: number;
  /** By time, and by the order in which they were asked for. */
  readonly #due: Due[] = [];
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, run: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, ms), run, isOff: false };
    let at = this.#due.length;
    while (at > 0 && (this.#due[at - 1]?.at ?? 0) > due.at) at -= 1;
    this.#due.splice(at, 0, due);
    return () => {
      due.isOff = true;
    };
  }

  /** Lets time pass, running what falls due in its order, each to its end. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = until;
  }

  #next(until: number): Due | undefined {
    for (;;) {
      const [first] = this.#due;
      if (first === undefined || (first.at > until && !first.isOff)) return undefined;
      this.#due.shift();
      if (!first.isOff) return first;
    }
  }
}
