/** The same pace over the bare server: what the line, Hono and one flush of the disk take on this machine by themselves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned } from './prepared-hub.ts';
import { quantile, type Figures } from './report.ts';

export async function liveFloor(documents: number, everyMs: number, seconds: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-floor-'));
  const [program = '', ...given] = pinned('server', [process.execPath, 'tests/bench/bare-hub.ts', folder]);
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(String(said));
    const agent = new Agent({ keepAlive: true });
    const ask = (method: string, path: string, body?: string) =>
      new Promise<IncomingMessage>((answered, fail) => {
        request({ host: '127.0.0.1', port, method, path, agent }, answered).on('error', fail).end(body);
      });
    const sentAt = new Map<string, number>();
    const took: number[] = [];
    for (let doc = 0; doc < documents; doc += 1)
      for (const isReader of [true, false])
        (await ask('GET', `/stream/${String(doc)}`)).setEncoding('utf8').on('data', (lines: string) => {
          for (const line of lines.split('\n').filter(Boolean)) {
            const sent = sentAt.get((JSON.parse(line) as { body?: string }).body ?? '');
            if (isReader && sent !== undefined) took.push(performance.now() - sent);
          }
        });
    const edits = (seconds * 1000) / everyMs;
    const start = performance.now();
    for (let at = 0; at < edits; at += 1) {
      await new Promise((next) => setTimeout(next, Math.max(0, start + at * everyMs - performance.now())));
      const value = `word ${String(at)}`.padEnd(490, '.');
      sentAt.set(value, performance.now());
      void ask('POST', `/push/${String(at % documents)}`, value).then((answer) => answer.resume());
    }
    while (took.length < edits) await new Promise((next) => setTimeout(next, 5));
    agent.destroy();
    return { 'p50, ms': quantile(took, 0.5), 'p95, ms': quantile(took, 0.95), 'p99, ms': quantile(took, 0.99) };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
