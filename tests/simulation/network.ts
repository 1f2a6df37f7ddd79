/**
 * The line between one device and the server, with everything a bad line does. A fault is decided by the seed and
 * counted, so that a run can say what it did.
 */
import type { SeededRandom } from './random.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a line does to requests and answers; each is switched on in some runs. */
export const lineFaults = [
  'drop',
  'lost-reply',
  'duplicate',
  'delay',
  'late-request',
  'late-reply',
  'half-sent',
] as const;
export type LineFault = (typeof lineFaults)[number];
export type Counts = Map<string, number>;
export const note = (counts: Counts, what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);

/** Where requests go: the real server, as long as it lives. */
export interface Target {
  answer(request: Request): Promise<Response>;
  isDown(): boolean;
}

export interface LineOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly faults: ReadonlySet<string>;
  readonly counts: Counts;
  readonly target: Target;
  readonly cookie: string;
  readonly trace: Trace;
  /** Behind a proxy that lets no stream through, a device asks by itself. */
  readonly hasStream: boolean;
}

export class Line {
  isOnline = true;
  #isAlive = true;
  readonly #options: LineOptions;
  readonly #wakers = new Set<() => void>();
  /** Streams that are open: they end with the line. */
  readonly #streams = new Set<() => void>();
  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** A killed device hears nothing of what was under way. */
  cut(): void {
    this.#isAlive = false;
    this.#breakStreams();
  }
  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    if (isOnline) this.wake();
    else this.#breakStreams();
  }
  get isStreaming(): boolean {
    return this.#streams.size > 0;
  }
  wake(): void {
    for (const wake of this.#wakers) wake();
  }
  onWake = (listener: () => void): (() => void) => {
    this.#wakers.add(listener);
    return () => this.#wakers.delete(listener);
  };

  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const { random, faults, target, hasStream } = this.#options;
    const path = input instanceof Request ? new URL(input.url).pathname : String(input);
    const body = typeof init.body === 'string' ? new TextEncoder().encode(init.body) : (init.body as Uint8Array | null);
    const isStream = path === '/api/stream';
    if (isStream && !hasStream) return new Response(null, { status: 503 });
    if (init.signal?.aborted === true) throw new DOMException('given up', 'AbortError');
    if (!this.isOnline) this.#fail('offline');
    const has = (fault: LineFault, percent: number) => faults.has(fault) && random.chance(percent);
    if (has('delay', 25)) await this.#wait('delay', 200 + random.below(20_000));
    else await this.#wait(undefined, 5 + random.below(60));
    if (!this.isOnline) this.#fail('offline');
    if (target.isDown()) this.#fail('server-down');
    if (has('drop', 12)) this.#fail('drop');
    if (!isStream && body !== null && body !== undefined) {
      if (has('half-sent', 10)) {
        void this.#ask(path, init, body.subarray(0, random.below(body.length))).catch(() => undefined);
        this.#fail('half-sent');
      }
      // The device gives up on it, and it arrives after what the device sends next.
      if (has('late-request', 8)) {
        this.#options.time.setTimer(1_000 + random.below(15_000), () => {
          if (!target.isDown()) void this.#ask(path, init, body).catch(() => undefined);
        });
        this.#fail('late-request');
      }
    }
    if (isStream) return this.#stream(await this.#ask(path, init, undefined), init.signal ?? undefined);
    const reply = await this.#ask(path, init, body ?? undefined);
    if (body !== null && has('duplicate', 15)) {
      note(this.#options.counts, 'duplicate');
      await this.#ask(path, init, body).catch(() => undefined);
    }
    if (has('lost-reply', 12)) this.#fail('lost-reply');
    // Others' later words overtake it on the stream.
    if (has('late-reply', 10)) await this.#wait('late-reply', 1_000 + random.below(8_000));
    else await this.#wait(undefined, 5 + random.below(60));
    if (!this.isOnline) this.#fail('offline');
    return reply;
  };

  async #ask(path: string, init: RequestInit, body: Uint8Array | undefined): Promise<Response> {
    const { target, cookie, trace, name } = this.#options;
    const headers = new Headers(init.headers);
    headers.set('cookie', cookie);
    const method = init.method ?? 'GET';
    trace.request(name, method, path, headers, body);
    return target.answer(
      new Request(`http://hub.test${path}`, { method, headers, ...(body !== undefined && { body: body as BodyInit }) }),
    );
  }

  /** Piece by piece, each after a while, until either side or the line ends it. */
  #stream(response: Response, signal: AbortSignal | undefined): Response {
    if (response.body === null || response.status !== 200) return response;
    const reader = response.body.getReader();
    const { random } = this.#options;
    let breakOff = (): void => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (out) => {
        breakOff = () => {
          if (!this.#streams.delete(breakOff)) return;
          void reader.cancel().catch(() => undefined);
          out.error(new TypeError('the line broke'));
        };
        this.#streams.add(breakOff);
        signal?.addEventListener('abort', () => breakOff());
      },
      pull: async (out) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            if (this.#streams.delete(breakOff)) out.close();
            return;
          }
          await this.#wait(undefined, 5 + random.below(60));
          if (this.#streams.has(breakOff)) out.enqueue(value);
        } catch {
          if (this.#streams.delete(breakOff)) out.error(new TypeError('the stream broke'));
        }
      },
      cancel: () => breakOff(),
    });
    return new Response(body, { status: 200, headers: response.headers });
  }

  #breakStreams(): void {
    for (const breakOff of [...this.#streams]) breakOff();
  }

  #fail(fault: LineFault | 'offline' | 'server-down'): never {
    note(this.#options.counts, fault);
    throw new TypeError('the line broke');
  }

  async #wait(fault: LineFault | undefined, ms: number): Promise<void> {
    if (fault !== undefined) note(this.#options.counts, fault);
    await new Promise<void>((resolve) => {
      this.#options.time.setTimer(ms, resolve);
    });
    // What a killed device waited for never comes back to it.
    if (!this.#isAlive) await new Promise<never>(() => undefined);
  }
}
