/** What the bare parts can do on this machine in the same minute: the disk without rules, the line without checks. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import SqliteFile from 'better-sqlite3';
import { Hono } from 'hono';
import type { Figures } from './report.ts';

/** Rows a second into a bare table, so many a commit, with WAL and `synchronous=FULL`. */
export function bareCommits(): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'hub-ceiling-'));
  const database = new SqliteFile(join(folder, 'bare.db'));
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec('create table edit (id text primary key, body text) without rowid');
    const insert = database.prepare('insert into edit values (?, ?)');
    const body = 'x'.repeat(120);
    const figures: Record<string, number> = {};
    let id = 0;
    for (const [each, commits] of [
      [1, 400],
      [25, 200],
      [500, 40],
    ] as const) {
      const all = database.transaction(() => {
        for (let at = 0; at < each; at += 1) insert.run(`edit-${String((id += 1))}`, body);
      });
      const start = performance.now();
      for (let at = 0; at < commits; at += 1) all.immediate();
      figures[`rows/s at ${String(each)} a commit`] = (each * commits * 1000) / (performance.now() - start);
    }
    return figures;
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests a second of a Hono server that gives back what it got: in this process, so both ends share one core. */
export async function bareEcho(): Promise<Figures> {
  const app = new Hono().post('/echo', async (c) => c.body(await c.req.arrayBuffer()));
  const server = serve({ fetch: app.fetch, port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const body = Buffer.alloc(1_100, 'x');
  const ask = () =>
    new Promise<void>((done, fail) => {
      const asked = request({ host: '127.0.0.1', port, path: '/echo', method: 'POST', agent }, (answer) => {
        answer.resume().on('end', () => done());
      });
      asked.on('error', fail).end(body);
    });
  const rounds = 40;
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) await Promise.all(Array.from({ length: 50 }, ask));
  const perSecond = (rounds * 50 * 1000) / (performance.now() - start);
  agent.destroy();
  server.close();
  return { 'echoes/s': perSecond };
}
