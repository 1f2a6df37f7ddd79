/**
 * Writes without a pause until it is ended: money moves between accounts, so that only a whole commit adds up, and each
 * commit takes the next number as the Hub does. Run as a process: `busy-writer.ts <database>`.
 */
import { writeSync } from 'node:fs';
import SqliteFile from 'better-sqlite3';

const [, , path = ''] = process.argv;
const database = new SqliteFile(path, { timeout: 10_000 });
database.pragma('journal_mode = WAL');
// What this is about is the log, not the disk, which others need as well.
database.pragma('synchronous = OFF');
database.exec(`
  CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, held INTEGER NOT NULL, filling BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS feed_head (authority_id TEXT PRIMARY KEY, epoch INTEGER, seq INTEGER, mark INTEGER);
  CREATE TABLE IF NOT EXISTS feed_mark (authority_id TEXT, seq INTEGER, mark INTEGER);
  INSERT OR IGNORE INTO feed_head VALUES ('one', 1, 0, 0);
`);
const fill = database.prepare('INSERT OR IGNORE INTO account VALUES (?, 1000, randomblob(3000))');
database.transaction(() => {
  for (let id = 0; id < 200; id += 1) fill.run(id);
})();
const move = database.prepare('UPDATE account SET held = held + ?, filling = randomblob(?) WHERE id = ?');
const number = database.prepare(
  'UPDATE feed_head SET seq = seq + 1, mark = abs(random() % 1000000) RETURNING seq, mark',
);
const mark = database.prepare("INSERT INTO feed_mark VALUES ('one', ?, ?)");
const commit = database.transaction((from: number, to: number) => {
  move.run(-7, 2000 + from * 9, from);
  move.run(7, 2000 + to * 9, to);
  const taken = number.get() as { seq: number; mark: number };
  mark.run(taken.seq, taken.mark);
});
writeSync(1, 'writing\n');
let at = 0;
const go = () => {
  for (const end = at + 20; at < end; at += 1) commit((at * 31) % 200, (at * 17 + 1) % 200);
  setTimeout(go, 5);
};
go();
