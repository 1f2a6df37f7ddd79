/**
 * The real server over a real SQLite file, in virtual time. A kill is the end of everything it had in memory and of the
 * transaction under way; it comes back over the file as the file stands. (What SQLite itself makes of a killed process
 * is proven with processes that are really killed.)
 */
import { makeApp } from '#server/app.ts';
import { readConfig } from '#server/config.ts';
import type { Deps } from '#server/services/deps.ts';
import { makeKeys } from '#server/services/keys.ts';
import type { Forms } from '#server/services/forms.ts';
import { openSync } from '#server/services/sync.ts';
import { tryAgainAfterUpdate } from '#server/services/try-again.ts';
import { workHere } from '#server/adapters/text-work/text-work.ts';
import type { Storage } from '#server/storage/database.ts';
import { textRule } from '#sync/rules/text.ts';
import { note, type Counts, type Target } from './network.ts';
import type { ServerFile } from './server-file.ts';
import type { VirtualTime } from './virtual-time.ts';

const secret = 'a secret of the simulation, long enough';
export type Kill = 'before-commit' | 'after-commit' | 'idle';
const restartMs = 3_000;

export interface ServerOptions {
  readonly file: ServerFile;
  readonly time: VirtualTime;
  readonly random: (count: number) => Uint8Array;
  readonly counts: Counts;
  readonly forms: () => Forms;
  /** What went wrong inside: nothing may. */
  readonly onBug: (where: string) => void;
}

export class SimulatedServer implements Target {
  readonly #options: ServerOptions;
  #app: ReturnType<typeof makeApp> | undefined;
  /** Counts its lives: what is left of an earlier one writes nothing. */
  #life = 0;
  #armed: Exclude<Kill, 'idle'> | undefined;
  /** Those who wait for an answer, or read a stream: they see the line break when the server dies. */
  readonly #waiting = new Set<() => void>();

  static async open(options: ServerOptions): Promise<SimulatedServer> {
    const server = new SimulatedServer(options);
    await server.#start();
    return server;
  }
  private constructor(options: ServerOptions) {
    this.#options = options;
  }

  isDown(): boolean {
    return this.#app === undefined;
  }

  /** Dies now, or at its next write, before or after the commit, and comes back after a while. */
  kill(when: Kill): void {
    if (when !== 'idle') this.#armed = when;
    else if (!this.isDown()) this.#die(when);
  }

  /** Stops, lets `work` do what it wants with the file, and starts again. */
  async whileStopped(work: () => Promise<void>): Promise<void> {
    this.#end();
    await work();
    await this.#start();
  }

  /** After the end nothing of it writes any more. */
  stop(): void {
    this.#end();
  }

  async answer(request: Request): Promise<Response> {
    const app = this.#app;
    if (app === undefined) throw new TypeError('nobody answers');
    let stop = (): void => undefined;
    const death = new Promise<never>((_, reject) => {
      stop = () => reject(new TypeError('the server died'));
    });
    death.catch(() => undefined);
    this.#waiting.add(stop);
    try {
      const response = await Promise.race([app.fetch(request), death]);
      return new URL(request.url).pathname === '/api/stream' && response.body !== null
        ? new Response(this.#mortal(response.body), { status: response.status, headers: response.headers })
        : response;
    } finally {
      this.#waiting.delete(stop);
    }
  }

  /** A stream breaks with its server, and the server stops writing into it. */
  #mortal(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let stop = (): void => undefined;
    return new ReadableStream<Uint8Array>({
      start: (out) => {
        stop = () => {
          void reader.cancel().catch(() => undefined);
          out.error(new TypeError('the server died'));
        };
        this.#waiting.add(stop);
      },
      pull: async (out) => {
        try {
          const { done, value } = await reader.read();
          if (!done) return out.enqueue(value);
          this.#waiting.delete(stop);
          out.close();
        } catch {
          this.#waiting.delete(stop);
          out.error(new TypeError('the stream broke'));
        }
      },
      cancel: async () => {
        this.#waiting.delete(stop);
        await reader.cancel();
      },
    });
  }

  #end(): void {
    this.#app = undefined;
    this.#life += 1;
    this.#armed = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const stop of waiting) stop();
  }

  #die(kill: Kill): void {
    note(this.#options.counts, `kill-server-${kill}`);
    this.#end();
    const life = this.#life;
    this.#options.time.setTimer(restartMs, () => {
      if (this.#life === life) void this.#start();
    });
  }

  async #start(): Promise<void> {
    const mine = (this.#life += 1);
    const { file, time, random, forms } = this.#options;
    const config = readConfig({ HUB_DATA: file.path.replace(/[^/]*$/, '') });
    if (!config.ok) throw new Error(config.faults.join('\n'));
    const life = { isOver: () => this.#life !== mine };
    const deps: Deps = {
      storage: this.#mortalStorage(file.storage, life),
      config: config.value,
      keys: makeKeys(secret),
      ports: { now: () => time.now(), random: (count) => Buffer.from(random(count)) },
      hubUrl: () => 'http://hub.test',
      wakeSender: () => undefined,
      log: ({ event, code, where }) => {
        if (event === 'bug' && !life.isOver()) this.#options.onBug([code, ...(where ?? [])].join(' '));
      },
    };
    // A thread of its own would go by the real clock, and no seed would play twice the same.
    const sync = await openSync({ ...deps, secret, forms: forms(), textWork: workHere(textRule) });
    await tryAgainAfterUpdate(sync, deps.log);
    if (!life.isOver()) this.#app = makeApp(deps, sync);
  }

  #mortalStorage(storage: Storage, life: { isOver(): boolean }): Storage {
    return {
      ...storage,
      write: async (work) => {
        // Nobody hears of a dead server's write.
        if (life.isOver()) return new Promise<never>(() => undefined);
        const kill = this.#armed;
        if (kill === undefined) return storage.write(work);
        this.#armed = undefined;
        if (kill === 'after-commit') await storage.write(work);
        else
          await storage
            .write(async (tx) => {
              await work(tx);
              throw new Error('killed before the commit');
            })
            .catch(() => undefined);
        if (!life.isOver()) this.#die(kill);
        return new Promise<never>(() => undefined);
      },
    };
  }
}
