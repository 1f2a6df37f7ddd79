import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { lay, type Ground } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import { ask, freshDatabase, type FreshDatabase } from '#tests/postgres/databases.ts';
import { startPostgres, type PostgresServer } from '#tests/postgres/server.ts';
import { migrate, type Storage } from './database.ts';
import { lockDocuments } from './documents.ts';
import { feedHead, feedSince, insertFeed, takeSeq } from './feed.ts';
import { insertSetting, settingValue } from './people.ts';
import { openPostgres } from './postgres.ts';

let database: FreshDatabase;
let here: Storage;
let there: Storage;
let ground: Ground;
const never = 3_600_000;
beforeEach(async () => {
  database = await freshDatabase();
  here = await openPostgres({ url: database.url, lookEveryMs: never });
  there = await openPostgres({ url: database.url, lookEveryMs: never });
  ground = await lay(here);
});
afterEach(async () => {
  await here.close();
  await there.close();
  await database.dispose();
});

/** A promise, and the hand that keeps it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}
const commit = (at: Storage, document: string, wait: { before?: Promise<void>; after?: Promise<void> } = {}) =>
  at.write(async (tx) => {
    await wait.before;
    const { seq } = await takeSeq(tx, ground.authority, 1, { mark: 1, epoch: 1 });
    const row = { authority_id: ground.authority, document_id: document, person_id: null, what: 'change', seq };
    await insertFeed(tx, row);
    await wait.after;
    return seq;
  }, 'side-by-side');
const seenSince = (seq: number) =>
  there.read(async (db) => {
    const head = (await feedHead(db, ground.authority))?.seq ?? 0;
    const anyone = { authorityId: ground.authority, personId: 'anyone', hasLists: true };
    return { head, documents: (await feedSince(db, anyone, seq, head, 100)).map((row) => row.document_id) };
  });
const waiting = async () => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_locks where not granted`.execute(here.db);
  return rows[0]?.n;
};

describe('a transaction that is held open', () => {
  test('while it has a number lets nobody pass: no cursor can stand behind what it has yet to commit', async () => {
    const held = gate();
    const late = commit(here, 'late', { after: held.opened });
    await expect
      .poll(
        async () => (await sql`select 1 from pg_locks where mode = 'RowExclusiveLock'`.execute(there.db)).rows.length,
      )
      .toBeGreaterThan(0);
    let isThrough = false;
    const quick = commit(there, 'quick').finally(() => (isThrough = true));
    await expect.poll(waiting).toBe(1);
    const before = await seenSince(0);
    expect([before, isThrough]).toEqual([{ head: 0, documents: [] }, false]);
    held.open();
    expect([await late, await quick]).toEqual([1, 2]);
    expect(await seenSince(before.head)).toEqual({ head: 2, documents: ['late', 'quick'] });
  });

  test('before it took a number holds up nobody, and its number comes after theirs', async () => {
    const held = gate();
    const late = commit(here, 'late', { before: held.opened });
    expect(await commit(there, 'quick')).toBe(1);
    const first = await seenSince(0);
    expect(first).toEqual({ head: 1, documents: ['quick'] });
    held.open();
    expect(await late).toBe(2);
    expect(await seenSince(first.head)).toEqual({ head: 2, documents: ['late'] });
  });
});

describe('two writes that cross each other', () => {
  test('wait for the same documents in one order', async () => {
    const other = (await lay(here)).doc;
    const both = [ground.doc, other];
    const held = gate();
    const first = here.write(async (tx) => {
      await lockDocuments(tx, both);
      await held.opened;
      return 'first';
    }, 'side-by-side');
    const second = there.write(async (tx) => {
      await lockDocuments(tx, [...both].reverse());
      return 'second';
    }, 'side-by-side');
    await expect.poll(waiting).toBe(1);
    held.open();
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  test('and lock crosswise all the same: one runs once more, and both are written', async () => {
    const [a, b] = [newId<string>(), newId<string>()];
    await here.write(async (tx) => {
      await insertSetting(tx, a, '');
      await insertSetting(tx, b, '');
    });
    const met = [gate(), gate()];
    let runs = 0;
    const add = (at: Storage, letter: string, keys: string[], which: number) =>
      at.write(async (tx) => {
        runs += 1;
        for (const key of keys) {
          await sql`update setting set value = value || ${letter} where key = ${key}`.execute(tx);
          met[which]?.open();
          await met[1 - which]?.opened;
        }
      }, 'side-by-side');
    await Promise.all([add(here, 'x', [a, b], 0), add(there, 'y', [b, a], 1)]);
    const values = [await settingValue(here.db, a), await settingValue(here.db, b)];
    expect(values.map((value) => [...(value ?? '')].sort().join(''))).toEqual(['xy', 'xy']);
    expect(runs).toBeGreaterThan(2);
  });

  test('and are both the first to write one thing: the second finds it standing', async () => {
    const key = newId<string>();
    const met = [gate(), gate()];
    const make = (at: Storage, which: number) =>
      at.write(async (tx) => {
        const standing = await settingValue(tx, key);
        met[which]?.open();
        await met[1 - which]?.opened;
        if (standing === undefined) await insertSetting(tx, key, String(which));
        return standing ?? 'made';
      }, 'side-by-side');
    const answers = await Promise.all([make(here, 0), make(there, 1)]);
    expect(answers.filter((answer) => answer === 'made')).toHaveLength(1);
    expect(answers).toContain(await settingValue(here.db, key));
  });
});

describe('what PostgreSQL is told on each connection', () => {
  test('nothing is acknowledged before it is on the disk, whatever the database itself is set to', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await ask(database.url, `alter database ${name} set synchronous_commit = off`);
    await ask(database.url, `alter database ${name} set default_transaction_isolation = serializable`);
    const strict = await openPostgres({ url: database.url });
    const shown = await strict.write(
      async (tx) =>
        (
          await sql<Record<string, string>>`select current_setting('synchronous_commit') as sync,
          current_setting('transaction_isolation') as isolation`.execute(tx)
        ).rows[0],
    );
    await strict.close();
    expect(shown).toEqual({ sync: 'on', isolation: 'read committed' });
  });

  test('numbers are numbers here, and nobody else’s connections read them otherwise than before', async () => {
    const { rows } = await sql<
      Record<string, unknown>
    >`select 9007199254740991::bigint as big, sum(2::bigint) as sum`.execute(here.db);
    expect(rows).toEqual([{ big: 2 ** 53 - 1, sum: 2 }]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    expect((await client.query('select 1::bigint as big')).rows).toEqual([{ big: '1' }]);
    await client.end();
  });
});

describe('what server processes tell each other', () => {
  test('reaches every other process and not the one that said it', async () => {
    const heard: string[] = [];
    here.others?.listen('feed', (id) => heard.push(`here ${id}`));
    there.others?.listen('feed', (id) => heard.push(`there ${id}`));
    const stop = there.others?.listen('let-go', (id) => heard.push(`file ${id}`));
    here.others?.tell('let-go', 'f');
    here.others?.tell('feed', 'a');
    await expect.poll(() => heard).toEqual(['file f', 'there a']);
    stop?.();
    here.others?.tell('let-go', 'f');
    there.others?.tell('feed', 'b');
    await expect.poll(() => heard).toEqual(['file f', 'there a', 'here b']);
  });

  test('is found by looking when a hint was lost, or when the line that hears was cut', async () => {
    const looking = await openPostgres({ url: database.url, lookEveryMs: 50 });
    const heard = vi.fn();
    looking.others?.listen('feed', heard);
    await commit(here, 'without a hint');
    await expect.poll(() => heard.mock.calls).toEqual([[ground.authority]]);
    await ask(database.url, `select pg_terminate_backend(pid) from pg_stat_activity where query like '%feed_head'`);
    await commit(here, 'while deaf');
    await expect.poll(() => heard.mock.calls.length).toBeGreaterThanOrEqual(2);
    // It hears again as well: this hint is of nothing that a look could find.
    await expect
      .poll(() => {
        here.others?.tell('feed', 'said');
        return heard.mock.calls;
      })
      .toContainEqual(['said']);
    await looking.close();
  });

  test('one process after another does what only one may do at a time', async () => {
    const steps: string[] = [];
    const held = gate();
    const first = here.inTurn('job', async () => {
      steps.push('first begins');
      await held.opened;
      steps.push('first ends');
    });
    await expect.poll(() => steps).toHaveLength(1);
    const second = there.inTurn('job', () => Promise.resolve(steps.push('second')));
    const other = there.inTurn('another', () => Promise.resolve(steps.push('another')));
    await other;
    held.open();
    await Promise.all([first, second]);
    expect(steps).toEqual(['first begins', 'another', 'first ends', 'second']);
  });
});

describe('when PostgreSQL goes away', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()));
  afterAll(() => server.stop());

  test('whoever asks is told so, nothing is half there, and all goes on by itself when it is back', async () => {
    const storage = await openPostgres({ url: server.url, lookEveryMs: 50 });
    await migrate(storage);
    const heard = vi.fn();
    storage.others?.listen('feed', heard);
    await storage.write((tx) => insertSetting(tx, 'before', 'kept'));
    const away = { code: 'database-away' };

    const held = gate();
    const half = storage.write(async (tx) => {
      await insertSetting(tx, 'half', 'half');
      held.open();
      await gone.opened;
      await insertSetting(tx, 'other half', 'half');
    });
    const gone = gate();
    await held.opened;
    await server.kill();
    gone.open();
    await expect(half).rejects.toMatchObject(away);
    await expect(storage.write((tx) => insertSetting(tx, 'meanwhile', 'x'))).rejects.toMatchObject(away);
    await expect(storage.read((db) => settingValue(db, 'before'))).rejects.toMatchObject(away);
    await expect(settingValue(storage.db, 'before')).rejects.toMatchObject(away);
    await expect(storage.inTurn('job', () => Promise.resolve())).rejects.toMatchObject(away);
    await expect(openPostgres({ url: server.url })).rejects.toMatchObject(away);

    await server.start();
    await storage.write((tx) => insertSetting(tx, 'after', 'kept'));
    const kept = await storage.read((db) => db.selectFrom('setting').selectAll().orderBy('key').execute());
    expect(kept.map(({ key }) => key)).toEqual(['after', 'before']);
    const own = await lay(storage);
    await storage.write((tx) => takeSeq(tx, own.authority, 1, { mark: 1, epoch: 1 }));
    await expect.poll(() => heard.mock.calls).toContainEqual([own.authority]);
    await storage.close();
  });
});
