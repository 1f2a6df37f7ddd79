import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderPlace } from './place.ts';
import { BackupBroken, restoreBackup } from './restore.ts';
import { makeBackupKeys, readPrivateKey, seal, unseal } from './sealed.ts';
import { takeBackup } from './take.ts';

const writer = join(import.meta.dirname, '../../../tests/restored/busy-writer.ts');
const keys = makeBackupKeys();
const privateKey = readPrivateKey(keys.privateKey) ?? expect.fail('no key');
// Hundreds of flushes that prove nothing here: in memory, where the machine has such a folder.
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(inMemory, 'hub-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const data = () => join(folder, 'data');
const notes = () => join(folder, 'notes');
const kept = () => join(folder, 'kept');
const source = () => ({ dataFolder: data(), secondPlace: notes() });
const restoredAt = (name: string, moment?: number) =>
  restoreBackup(folderPlace(kept()), privateKey, join(folder, name), join(folder, `${name}-notes`), moment);
const limits = (more: object = {}) => ({
  ...{ now: Date.now, baseEveryMs: Infinity, walBytesMax: Infinity, keepDays: 35 },
  ...more,
});

/** A process that never stops writing. */
async function busyDatabase() {
  mkdirSync(data(), { recursive: true });
  const child = spawn(process.execPath, [writer, join(data(), 'hub.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((done) => child.once('exit', done));
  await new Promise<void>((begun) => child.stdout.once('data', () => begun()));
  return {
    async end() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function read<T>(name: string, sql: string): T {
  const database = new SqliteFile(join(folder, name, 'hub.db'));
  try {
    return database.prepare(sql).pluck().get() as T;
  } finally {
    database.close();
  }
}

test('whatever is written meanwhile, and however often the log begins anew, each step is a whole state of the database', async () => {
  const busy = await busyDatabase();
  let times = 0;
  const taker = takeBackup(
    source(),
    folderPlace(kept()),
    keys.publicKey,
    // Each step has an instant of its own, and the copy is made anew now and then.
    limits({ now: () => 1_000_000 + (times += 1), baseEveryMs: 15, walBytesMax: 600_000 }),
  );
  const steps = [];
  for (let step = 0; step < 8; step += 1) {
    steps.push(taker.step());
    await new Promise((next) => setTimeout(next, 60));
  }
  await busy.end();
  steps.push(taker.step());
  taker.close();
  expect(readdirSync(kept()).length).toBeGreaterThan(1);
  const written = steps.map(({ heads }) => heads[0]?.seq ?? 0);
  expect(new Set(written).size).toBeGreaterThan(5);
  for (const [at, step] of steps.entries()) {
    const name = `then-${String(at)}`;
    const restored = restoredAt(name, step.at);
    expect(restored.at).toBe(step.at);
    expect(read(name, 'SELECT sum(held) FROM account')).toBe(200_000);
    expect(read<number>(name, 'SELECT seq FROM feed_head')).toBeGreaterThanOrEqual(written[at] ?? Infinity);
    expect(read(name, 'SELECT count(*) - max(seq) FROM feed_mark')).toBe(0);
  }
  expect(read('then-8', 'SELECT seq FROM feed_head')).toBe(
    new SqliteFile(join(data(), 'hub.db')).prepare('SELECT seq FROM feed_head').pluck().get(),
  );
}, 60_000);

describe('with a database at rest', () => {
  let database: SqliteFile.Database;
  let clock = 1_000;
  const open = () => takeBackup(source(), folderPlace(kept()), keys.publicKey, limits({ now: () => (clock += 1_000) }));
  const filePath = () => join(data(), 'files', 'ab', 'abcd');
  beforeEach(() => {
    mkdirSync(join(data(), 'files', 'ab'), { recursive: true });
    mkdirSync(notes());
    database = new SqliteFile(join(data(), 'hub.db'));
    database.pragma('journal_mode = WAL');
    database.exec(`CREATE TABLE feed_head (authority_id TEXT, epoch INTEGER, seq INTEGER, mark INTEGER);
      CREATE TABLE feed_mark (authority_id TEXT, seq INTEGER, mark INTEGER); CREATE TABLE words (said TEXT)`);
  });
  afterEach(() => database.close());
  const say = (words: string) => database.prepare('INSERT INTO words VALUES (?)').run(words);

  test('only what changed is written, files once each, and the files of a moment are those it had', () => {
    const taker = open();
    writeFileSync(filePath(), 'first');
    const first = taker.step();
    expect(taker.step().isNew).toBe(false);
    say('canary');
    writeFileSync(join(data(), 'files', 'ab', 'other'), 'second');
    writeFileSync(join(notes(), '2026.notes'), '["one"]\n');
    const second = taker.step();
    rmSync(filePath());
    writeFileSync(join(notes(), '2026.notes'), '["one"]\n["two"]\n');
    taker.step();
    taker.close();
    expect(readdirSync(join(kept(), 'files'))).toHaveLength(2);
    expect(restoredAt('a', first.at)).toMatchObject({ at: first.at, files: 1 });
    expect(readFileSync(join(folder, 'a', 'files', 'ab', 'abcd'), 'utf8')).toBe('first');
    // Whatever moment is wished, what is known of the second place is all there is.
    expect(readFileSync(join(folder, 'a-notes', '2026.notes'), 'utf8')).toBe('["one"]\n["two"]\n');
    expect(restoredAt('b', second.at).files).toBe(2);
    expect(restoredAt('c').files).toBe(1);
    expect(read('c', 'SELECT said FROM words')).toBe('canary');
    expect(read('a', 'SELECT count(*) FROM words')).toBe(0);
  });

  test('every moment of the days that are kept can be restored; what is older goes, its files too, and a clock that leaps empties nothing', () => {
    const day = 24 * 60 * 60_000;
    let at = Date.UTC(2026, 9, 1, 9);
    const taker = takeBackup(
      source(),
      folderPlace(kept()),
      keys.publicKey,
      limits({ now: () => at, baseEveryMs: day - 1, keepDays: 5 }),
    );
    const generations = () => readdirSync(kept()).filter((name) => name !== 'files' && name !== 'of-somebody-else');
    const filed = () => readdirSync(join(kept(), 'files')).map((name) => name.replace(/\..*/, ''));
    mkdirSync(join(kept(), 'of-somebody-else'), { recursive: true });
    writeFileSync(join(data(), 'files', 'always'), 'always');
    writeFileSync(join(notes(), '2026-10-01.notes'), '["all"]\n');
    let since = 0;
    for (let number = 1; number <= 12; number += 1, at += day) {
      rmSync(join(data(), 'files', `day${String(number - 1)}`), { force: true });
      writeFileSync(join(data(), 'files', `day${String(number)}`), String(number));
      say(`day ${String(number)}`);
      ({ since } = taker.step());
    }
    at -= day;
    expect(since).toBe(at - 5 * day);
    expect(generations()).toHaveLength(6);
    expect(filed().sort()).toEqual(['always', 'day10', 'day11', 'day12', 'day7', 'day8', 'day9']);
    for (let back = 0; back <= 5; back += 1) {
      const name = `back${String(back)}`;
      expect(restoredAt(name, at - back * day)).toMatchObject({ at: at - back * day, files: 2 });
      expect(read(name, 'SELECT count(*) FROM words')).toBe(12 - back);
      expect(readFileSync(join(folder, `${name}-notes`, '2026-10-01.notes'), 'utf8')).toBe('["all"]\n');
    }
    expect(() => restoredAt('older', at - 6 * day)).toThrow('no backup of that time');
    at += 400 * day;
    taker.step();
    expect(generations()).toHaveLength(7);
    at += day;
    taker.step();
    // The one that stood in between can still be restored to.
    expect(generations()).toHaveLength(3);
    expect(existsSync(join(kept(), 'of-somebody-else'))).toBe(true);
    taker.close();
  });

  test('a copy that was broken off before its first step hides neither the one before it nor what ended', () => {
    writeFileSync(join(notes(), '2026-10-01.notes'), '["all"]\n');
    const taker = open();
    say('canary');
    taker.step();
    taker.close();
    const broken = join(kept(), '2026-11-01T09-00-00.000Z-00000000');
    mkdirSync(broken);
    writeFileSync(join(broken, 'base'), 'half');
    restoredAt('whole');
    expect(read('whole', 'SELECT said FROM words')).toBe('canary');
    expect(readFileSync(join(folder, 'whole-notes', '2026-10-01.notes'), 'utf8')).toBe('["all"]\n');
  });

  test('nothing in it can be read without the private key, nor with another one', () => {
    say('canary '.repeat(2_000));
    const taker = open();
    taker.step();
    taker.close();
    const [base = ''] = readdirSync(kept());
    for (const name of readdirSync(join(kept(), base)))
      expect(readFileSync(join(kept(), base, name)).includes('canary')).toBe(false);
    const stranger = readPrivateKey(makeBackupKeys().privateKey) ?? expect.fail('no key');
    expect(() => restoreBackup(folderPlace(kept()), stranger, join(folder, 'x'), join(folder, 'y'))).toThrow();
  });

  test('a step that is missing, cut off or changed by one bit is noticed', () => {
    const taker = open();
    taker.step();
    for (const words of ['one', 'two']) {
      say(words);
      taker.step();
    }
    taker.close();
    const [base = ''] = readdirSync(kept());
    const names = readdirSync(join(kept(), base)).filter((name) => name !== 'base');
    expect(names).toHaveLength(3);
    const path = join(kept(), base, names[1] ?? '');
    const whole = readFileSync(path);
    rmSync(path);
    expect(() => restoredAt('missing')).toThrow(BackupBroken);
    writeFileSync(path, whole.subarray(0, whole.length - 20));
    expect(() => restoredAt('cut')).toThrow();
    const changed = Buffer.from(whole);
    changed[changed.length - 30] = (changed[changed.length - 30] ?? 0) ^ 1;
    writeFileSync(path, changed);
    expect(() => restoredAt('changed')).toThrow();
    writeFileSync(path, whole);
    expect(restoredAt('whole').steps).toBe(3);
  });
});

test('sealed and opened again it is the same, whatever its length; a cut at the border of two pieces is noticed', () => {
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = Buffer.alloc(size, 'x');
    const sealed = Buffer.concat([...seal(keys.publicKey, [bytes])]);
    expect(Buffer.concat([...unseal(privateKey, [sealed])]).equals(bytes)).toBe(true);
    const border = 37 + 65_552;
    if (sealed.length > border) expect(() => [...unseal(privateKey, [sealed.subarray(0, border)])]).toThrow();
  }
});
