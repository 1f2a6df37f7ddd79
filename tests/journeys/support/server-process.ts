/** One process of the real server, as `npm start` runs it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { startFlags } from '#tests/people/start-flags.ts';

export interface ServerProcess {
  readonly port: number;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** `bugs` takes what it prints of faults of its own. */
export async function startProcess(tree: string, env: Record<string, string>, bugs: string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...startFlags(tree), join(tree, 'server/main.ts')], {
    cwd: tree,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  };
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  child.stdout.on('data', () => {
    bugs.push(...said.split('\n').filter((line) => line.includes('"event":"bug"') && !bugs.includes(line)));
  });
  try {
    await expect
      .poll(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? (child.exitCode === null ? '' : said), {
        timeout: 180_000,
        intervals: [50],
        message: 'the server prints its address',
      })
      .toMatch(/^\d+$/);
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    await expect.poll(() => healthOf(port), { timeout: 60_000, intervals: [50] }).toBe('ok');
    return { port, end };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}

async function healthOf(port: number): Promise<string> {
  try {
    return await (await fetch(`http://127.0.0.1:${String(port)}/healthz`)).text();
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}
