/**
 * The line between one device and the server, with everything a bad line does: requests dropped, delayed, duplicated,
 * replies lost, the server dead. A fault is decided by the seed and counted, so that a run can say what it did.
 */
import type { SeededRandom } from './random.ts';
import { during, type VirtualTime } from './virtual-time.ts';

export type Fault =
  | 'drop'
  | 'lost-reply'
  | 'duplicate'
  | 'delay'
  | 'server-down'
  | 'offline'
  | 'kill-device'
  | 'kill-before-commit'
  | 'kill-after-commit'
  | 'wrong-clock'
  | 'clock-jump';
export type Faults = ReadonlySet<Fault>;
export type Counts = Map<string, number>;
export const note = (counts: Counts, what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);

/** Where requests go: the real server, as long as it lives. */
export interface Target {
  answer(request: Request): Promise<Response>;
  isDown(): boolean;
}

export interface LineOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly counts: Counts;
  readonly target: Target;
  readonly cookie: string;
}

export class Line {
  isOnline = true;
  #alive = true;
  readonly #options: LineOptions;
  readonly #wakers = new Set<() => void>();
  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** A killed device hears nothing of what was under way. */
  cut(): void {
    this.#alive = false;
  }
  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    if (isOnline) for (const wake of this.#wakers) wake();
  }
  onWake = (listener: () => void): (() => void) => {
    this.#wakers.add(listener);
    return () => this.#wakers.delete(listener);
  };

  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const { time, random, faults, counts, target, cookie } = this.#options;
    const url = new URL(input instanceof Request ? input.url : String(input), 'http://hub.test');
    const body =
      init.body === null || init.body === undefined
        ? undefined
        : new Uint8Array(await during(new Response(init.body).arrayBuffer()));
    const request = () =>
      new Request(url, {
        method: init.method ?? 'GET',
        headers: new Headers(init.headers),
        ...(body !== undefined && { body }),
      });
    const ask = async (): Promise<Response> => {
      const asked = request();
      asked.headers.set('cookie', cookie);
      return during(target.answer(asked));
    };
    const fails = (fault: Fault): never => {
      note(counts, fault);
      throw new TypeError('the line broke');
    };
    if (init.signal?.aborted === true) throw new DOMException('given up', 'AbortError');
    if (!this.isOnline) fails('offline');
    await this.#wait(
      time,
      faults.has('delay') && random.chance(30) ? 200 + random.below(20_000) : 5 + random.below(60),
      faults.has('delay') ? counts : undefined,
    );
    if (target.isDown()) fails('server-down');
    if (faults.has('drop') && random.chance(15)) fails('drop');
    const reply = await ask();
    if (faults.has('duplicate') && random.chance(15) && (init.method ?? 'GET') === 'POST') {
      note(counts, 'duplicate');
      await (await ask()).arrayBuffer();
    }
    if (faults.has('lost-reply') && random.chance(15)) fails('lost-reply');
    await this.#wait(time, 5 + random.below(60));
    if (!this.isOnline) fails('offline');
    return reply;
  };

  async #wait(time: VirtualTime, ms: number, counts?: Counts): Promise<void> {
    if (ms >= 200 && counts !== undefined) note(counts, 'delay');
    await new Promise<void>((resolve) => {
      time.setTimer(ms, resolve);
    });
    // What a killed device waited for never comes back to it.
    if (!this.#alive) await new Promise<never>(() => undefined);
  }
}
