/**
 * Time that passes only when the simulation says so. Real work (IndexedDB, WebCrypto, SQLite) still runs for real
 * between two moments; `settle` waits until none of it is under way.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime {
  #now: number;
  #order = 0;
  #due: Due[] = [];
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, run: () => void): () => void {
    const due = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), run };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((other) => other !== due);
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
    const next = this.#due.filter((due) => due.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
    if (next !== undefined) this.#due = this.#due.filter((due) => due !== next);
    return next;
  }
}

let underWay = 0;
/** Counts a piece of real work, so that time does not pass while it is under way. */
export async function during<T>(work: Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work;
  } finally {
    underWay -= 1;
  }
}

const counted = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'digest',
  'deriveBits',
  'deriveKey',
  'importKey',
  'exportKey',
  'generateKey',
  'wrapKey',
  'unwrapKey',
] as const;
/** WebCrypto and packing work on other threads and show themselves in no list of the runtime, so their promises are counted here. */
export function countOtherThreads(): void {
  const subtle = crypto.subtle as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  for (const name of counted) count(subtle, name, crypto.subtle);
  // A push is packed by way of a response that is read whole.
  count(Response.prototype as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>, 'arrayBuffer');
}

const isCounted = new WeakSet<object>();
function count(on: Record<string, (...given: unknown[]) => Promise<unknown>>, name: string, self?: object): void {
  const real = on[name];
  if (real === undefined || isCounted.has(real)) return;
  const value = function (this: unknown, ...given: unknown[]) {
    return during(real.apply(self ?? this, given));
  };
  isCounted.add(value);
  Object.defineProperty(on, name, { configurable: true, writable: true, value });
}

/** Turns of the loop without work before it is believed that there is none. */
const quietTurns = 6;

export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < quietTurns;) {
    await nextTurn();
    const waiting = process
      .getActiveResourcesInfo()
      .some((resource) => resource === 'Immediate' || /zlib|fsreq/i.test(resource));
    quiet = waiting || underWay > 0 ? 0 : quiet + 1;
  }
}
