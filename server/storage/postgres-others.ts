/**
 * The one line on which a server process tells the others over the same PostgreSQL something, and takes turns with them.
 * What it tells is only ever a hint, sent outside any transaction: that something changed stands in `feed_head`, and every
 * process looks there as well, so a lost hint loses nothing. A line that breaks gives its turns away too early: what is
 * done in turn must be safe then, and only be done twice.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Others, Topic } from './database.ts';
import { StorageUnavailable } from './unavailable.ts';

export interface OpenOthers extends Others {
  /** Throws when PostgreSQL is not there. */
  open(): Promise<void>;
  inTurn<T>(what: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openOthers(line: pg.ClientConfig, lookEveryMs: number): OpenOthers {
  const listeners = new Map<Topic, Set<(said: string) => void>>();
  const heads = new Map<string, number>();
  const waiting = new Set<string>();
  let client: pg.Client | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  const heard = (topic: string, said: string) => listeners.get(topic as Topic)?.forEach((listener) => listener(said));
  /** One thing at a time on the one line; after a failure the line is opened anew, at the next look. */
  const onLine = <T>(work: (open: pg.Client | undefined) => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      if (isClosed) throw new StorageUnavailable('database-away', undefined);
      try {
        return await work(client);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) {
          const lost = client;
          client = undefined;
          await lost?.end();
        }
        throw error;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };

  async function opened(): Promise<pg.Client> {
    if (client !== undefined) return client;
    const opening = new pg.Client({ ...line, query_timeout: 10_000 });
    let ownProcess: number | undefined;
    opening.on('error', () => {
      if (client === opening) client = undefined;
    });
    opening.on('notification', ({ processId, payload = '' }) => {
      const end = payload.indexOf(' ');
      // Its own process knows already.
      if (processId !== ownProcess) heard(payload.slice(0, end), payload.slice(end + 1));
    });
    try {
      await opening.connect();
      ownProcess = (await opening.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
      await opening.query(`listen ${channel}`);
    } catch (error) {
      await opening.end();
      throw error;
    }
    client = opening;
    return opening;
  }

  const look = () =>
    onLine(async () => {
      const open = await opened();
      const { rows } = await open.query<{ id: string; seq: string }>('select authority_id as id, seq from feed_head');
      for (const { id, seq } of rows) {
        if (heads.get(id) === Number(seq)) continue;
        heads.set(id, Number(seq));
        heard('feed', id);
      }
    });
  const send = () =>
    onLine(async (open) => {
      const said = [...waiting];
      waiting.clear();
      if (open === undefined || said.length === 0) return;
      await open.query(`select pg_notify('${channel}', said) from unnest($1::text[]) as said`, [said]);
    });
  const ask = (answer: 'pg_try_advisory_lock' | 'pg_advisory_unlock', what: string) =>
    onLine(async () => {
      const line = await opened();
      const { rows } = await line.query<{ is: boolean }>(`select ${answer}(hashtextextended($1, 1)) as is`, [what]);
      return rows[0]?.is;
    });
  const turns = new Map<string, Promise<unknown>>();
  let isLooking = false;
  const timer = setInterval(() => {
    // While the database is away a look takes longer than the time to the next.
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  }, lookEveryMs);

  return {
    open: async () => void (await onLine(opened)),
    async inTurn(what, work) {
      // One line can take the same turn twice, so within the process they stand in a queue.
      const turn = (turns.get(what) ?? Promise.resolve()).then(async () => {
        while ((await ask('pg_try_advisory_lock', what)) === false) await pause(turnEveryMs);
        try {
          return await work();
        } finally {
          await ask('pg_advisory_unlock', what).catch(() => undefined);
        }
      });
      const settled: Promise<unknown> = turn
        .catch(() => undefined)
        .then(() => turns.get(what) === settled && turns.delete(what));
      turns.set(what, settled);
      return turn;
    },
    tell(topic, said) {
      waiting.add(`${topic} ${said}`);
      void send().catch(() => undefined);
    },
    listen(topic, listener) {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return () => void all.delete(listener);
    },
    async close() {
      clearInterval(timer);
      isClosed = true;
      await last;
      await client?.end();
    },
  };
}
const channel = 'ehc_hub';
const turnEveryMs = 50;
