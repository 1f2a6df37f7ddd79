/**
 * The real server over a real SQLite file, in virtual time. A kill is the end of everything it had in memory and of the
 * transaction under way; it comes back over the file as the file stands.
 */
import { makeApp } from '#server/app.ts';
import { readConfig } from '#server/config.ts';
import type { Deps } from '#server/services/deps.ts';
import { makeKeys } from '#server/services/keys.ts';
import { openSync } from '#server/services/sync.ts';
import { workHere } from '#server/adapters/text-work/text-work.ts';
import { openDatabase, type Storage } from '#server/storage/database.ts';
import { textRule } from '#sync/rules/text.ts';
import { note, type Counts, type Target } from './network.ts';
import { during, type VirtualTime } from './virtual-time.ts';

const secret = 'a secret of the simulation, long enough';
export type Kill = 'before-commit' | 'after-commit';

export interface SimulatedServer extends Target {
  readonly storage: () => Storage;
  /** Dies at its next write, before or after the commit, and comes back after a while. */
  killAtNextWrite(kill: Kill): void;
  close(): Promise<void>;
}

export async function startServer({
  file,
  time,
  random,
  counts,
}: {
  file: string;
  time: VirtualTime;
  random: (count: number) => Uint8Array;
  counts: Counts;
}): Promise<SimulatedServer> {
  let armed: Kill | undefined;
  let isDown = false;
  let life = 0;
  let running = await open();

  async function open() {
    const storage = await openDatabase({ file });
    const config = readConfig({ HUB_DATA: file.replace(/[^/]*$/, '') });
    if (!config.ok) throw new Error(config.faults.join('\n'));
    const mine = (life += 1);
    const mortal: Storage = {
      ...storage,
      async write(work) {
        const kill = armed;
        if (life !== mine) throw new Error('a dead server wrote');
        if (kill === undefined) return storage.write(work);
        armed = undefined;
        note(counts, kill === 'before-commit' ? 'kill-before-commit' : 'kill-after-commit');
        if (kill === 'after-commit') await storage.write(work);
        else
          await storage
            .write(async (tx) => {
              await work(tx);
              throw new Error('killed before the commit');
            })
            .catch(() => undefined);
        die();
        // Nobody hears of a dead server's write.
        return new Promise<never>(() => undefined);
      },
    };
    const deps: Deps = {
      storage: mortal,
      config: config.value,
      keys: makeKeys(secret),
      ports: { now: () => time.now(), random: (count) => Buffer.from(random(count)) },
      hubUrl: () => 'http://hub.test',
      wakeSender: () => undefined,
      log: () => undefined,
    };
    // A thread of its own would go by the real clock, and no seed would play twice the same.
    const textWork = workHere(textRule);
    return { storage, app: makeApp(deps, await openSync({ ...deps, secret, textWork })) };
  }

  function die(): void {
    isDown = true;
    life += 1;
    const dead = running.storage;
    time.setTimer(3_000, () => {
      void during(
        (async () => {
          await dead.close();
          running = await open();
          isDown = false;
        })(),
      );
    });
  }

  return {
    storage: () => running.storage,
    isDown: () => isDown,
    killAtNextWrite: (kill) => {
      armed = kill;
    },
    async answer(request) {
      const born = life;
      const answer = running.app.fetch(request);
      // A request inside a dying server is never answered; its caller sees the line break.
      const death = new Promise<never>((_, reject) => {
        const look = () => {
          if (life === born) return;
          reject(new TypeError('the server died'));
          stop();
        };
        const timer = setInterval(look, 1);
        const stop = () => clearInterval(timer);
        void Promise.resolve(answer)
          .finally(stop)
          .catch(() => undefined);
      });
      return Promise.race([answer, death]);
    },
    async close() {
      if (!isDown) await running.storage.close();
    },
  };
}
