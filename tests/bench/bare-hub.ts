/**
 * The floor under the live figures, as a process of its own: an operation log and nothing else. A push is one row and one
 * commit (WAL, `synchronous=FULL`), then a line to everybody whose stream is open for that document. No session, no
 * signature, no schema, no rights, no rule, no history. Started with a folder; prints its port.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import SqliteFile from 'better-sqlite3';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';

const database = new SqliteFile(join(process.argv[2] ?? '.', 'bare.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('create table op (seq integer primary key, doc text, body text)');
const insert = database.prepare('insert into op (doc, body) values (?, ?)');
const readers = new Map<string, Set<(line: string) => void>>();

const app = new Hono()
  .post('/push/:doc', async (c) => {
    const doc = c.req.param('doc');
    const body = await c.req.text();
    const { lastInsertRowid: seq } = insert.run(doc, body);
    for (const tell of readers.get(doc) ?? []) tell(`${JSON.stringify({ seq: Number(seq), body })}\n`);
    return c.json({ seq: Number(seq) });
  })
  .get('/stream/:doc', (c) =>
    stream(c, async (out) => {
      const doc = c.req.param('doc');
      const tell = (line: string) => void out.write(line);
      readers.set(doc, (readers.get(doc) ?? new Set()).add(tell));
      tell('{}\n');
      await new Promise<void>((gone) => out.onAbort(gone));
      readers.get(doc)?.delete(tell);
    }),
  );

const server = serve({ fetch: app.fetch, port: 0 });
await once(server, 'listening');
console.log((server.address() as { port: number }).port);
