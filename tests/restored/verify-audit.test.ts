/** The record of what was done, of a real server: the command that verifies it, and what somebody does to its file. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { runningHub, signIn } from '#tests/people/running-hub.ts';

const hub = runningHub();
afterEach(() => hub.dispose());

const program = join(import.meta.dirname, '../../server/hub.ts');
const file = () => join(hub.folder, 'hub.db');
const notes = () => join(hub.folder, 'second-place');

function verified() {
  const env = { PATH: process.env.PATH, HUB_DATA: hub.folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'verify-audit'], { env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}
function keep() {
  copyFileSync(file(), `${file()}.kept`);
  cpSync(notes(), `${notes()}.kept`, { recursive: true });
}
function putBack() {
  for (const end of ['-wal', '-shm']) rmSync(file() + end, { force: true });
  copyFileSync(`${file()}.kept`, file());
  rmSync(notes(), { recursive: true });
  cpSync(`${notes()}.kept`, notes(), { recursive: true });
}
/** By hand in the file, as whoever may write there can: what keeps the Hub itself from it is taken away first. */
function byHand(...statements: string[]) {
  const database = new Database(file());
  for (const { name } of database.prepare(`select name from sqlite_master where type = 'trigger'`).all() as {
    name: string;
  }[])
    database.exec(`drop trigger "${name}"`);
  for (const statement of statements) database.exec(statement);
  database.close();
}

const tamperings: readonly (readonly [what: string, statements: readonly string[], finding: RegExp])[] = [
  ['who did it', [`update audit set actor = 'nobody-000000001' where id = 5`], /entry 5 was changed/],
  ['when', ['update audit set at = at - 1 where id = 9'], /entry 9 was changed/],
  ['what', [`update audit set action = 'delivered' where id = (select max(id) from audit)`], /entry \d+ was changed/],
  ['taken out', ['delete from audit where id = 7'], /entry 8 was changed, or one before it was taken out/],
  ['the first taken out', ['delete from audit where id = 1'], /entry 2 was changed, or one before it was taken out/],
  [
    'put in',
    [
      `insert into audit (authority_id, seq, at, action, detail, previous, hash)
       select authority_id, seq, at, 'delivered', '{}', hash, 'made-up' from audit order by id desc limit 1`,
    ],
    /entry \d+ was changed/,
  ],
  [
    'moved',
    [
      'update audit set id = 100000 where id = 6',
      'update audit set id = 6 where id = 7',
      'update audit set id = 7 where id = 100000',
    ],
    /entry 6 was changed/,
  ],
  ['the end cut', ['delete from audit where id > 12'], /entries after 12 are missing/],
  [
    'the end cut, and the head with it',
    ['delete from audit where id > 12', 'update feed_head set audit_hash = (select hash from audit where id = 12)'],
    /what was signed up to entry \d+ is not what stands there/,
  ],
  ['everything', ['delete from audit', `update feed_head set audit_hash = ''`], /what was signed up to entry \d+/],
];

test(
  'whoever changes the record in the file is found by the command, and nobody else is',
  { timeout: 240_000 },
  async () => {
    await hub.start();
    const [sarah, priya] = [await signIn(hub, 'sarah'), await signIn(hub, 'priya')];
    for (const { push } of [sarah, priya]) expect((await push({ pull: true })).status).toBe(200);
    await hub.end();
    expect(verified()).toMatchObject({
      code: 0,
      said: expect.stringMatching(
        /^\S+: \d+ entries, each following from the one before, and [1-9]\d* signatures that fit/,
      ) as string,
    });
    // Killed before it could sign the rest: what is there still fits.
    await hub.start();
    await signIn(hub, 'idris');
    await hub.end('SIGKILL');
    expect(verified().code).toBe(0);
    await hub.start();
    await hub.end();
    keep();

    for (const [what, statements, finding] of tamperings) {
      byHand(...statements);
      expect(verified(), what).toMatchObject({ code: 1, said: expect.stringMatching(finding) as string });
      putBack();
    }
    const [day = ''] = readdirSync(notes());
    const lines = readFileSync(join(notes(), day), 'utf8');
    writeFileSync(join(notes(), day), lines.replaceAll(/"signature":"[\w-]{4}/g, '"signature":"AAAA'));
    expect(verified()).toMatchObject({ code: 1, said: expect.stringContaining('not made with this Hub') as string });
    putBack();
    expect(verified().code).toBe(0);
    // An older database under newer notes is what a restore leaves behind: said, and no fault of anybody.
    await hub.start();
    await signIn(hub, 'sarah');
    await hub.end();
    copyFileSync(`${file()}.kept`, file());
    await hub.start();
    await hub.end();
    const lost = expect.stringMatching(/[1-9] signatures are of a time that was lost/) as string;
    expect(verified()).toMatchObject({ code: 0, said: lost });
    process.stdout.write(`audit of a real server: ${String(tamperings.length + 1)} tamperings found\n`);
  },
);
