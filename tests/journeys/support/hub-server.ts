/**
 * The real server as a child process, on a port and a data folder of its own. It can be stopped, killed and started again
 * on the same folder, as a machine is that loses its power. Whoever starts one through the fixture cannot leave it behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { startFlags } from '#tests/people/start-flags.ts';

export interface Message {
  readonly channel: 'email' | 'sms';
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

export interface HubServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** What it printed of faults of its own: a journey ends badly when there is one. */
  readonly bugs: readonly string[];
  /** In this journey somebody asks for what the Hub refuses. */
  expectsRefusals(): void;
  readonly isRefusing: boolean;
  start(): Promise<void>;
  /** Lets open requests end, as an orderly restart does. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is ended, nothing is flushed. */
  kill(): Promise<void>;
  /** Every e-mail and text message, newest first. */
  outbox(): Promise<readonly Message[]>;
}

const thisTree = fileURLToPath(new URL('../../..', import.meta.url));

/** `tree` is where the server's sources and the app's build lie; another one than this stands for another release. */
export async function startServer(tree: string = thisTree): Promise<HubServer & { dispose(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-journey-'));
  const bugs: string[] = [];
  // The first start takes a free port; later ones take the same, because a browser keeps its words by the address.
  let port = 0;
  let isRefusing = false;
  let child: ChildProcess | undefined;

  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child;
    if (ending === undefined) return;
    child = undefined;
    if (ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((done) => ending.once('exit', done));
    ending.kill(signal);
    await gone;
  };

  const server = {
    get url() {
      return `http://127.0.0.1:${String(port)}`;
    },
    get port() {
      return port;
    },
    folder,
    bugs,
    get isRefusing() {
      return isRefusing;
    },
    expectsRefusals() {
      isRefusing = true;
    },
    async start() {
      const started = spawn(process.execPath, [...startFlags(tree), join(tree, 'server/main.ts')], {
        cwd: tree,
        env: { PATH: process.env.PATH, PORT: String(port), HUB_DATA: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      let said = '';
      started.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      started.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece));
      started.stdout.on('data', () => {
        bugs.push(...said.split('\n').filter((line) => line.includes('"event":"bug"') && !bugs.includes(line)));
      });
      await expect
        .poll(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? (started.exitCode === null ? '' : said), {
          timeout: 40_000,
          intervals: [50],
          message: 'the server prints its address',
        })
        .toMatch(/^\d+$/);
      port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
      await expect.poll(() => healthOf(server.url), { timeout: 20_000, intervals: [50] }).toBe('ok');
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async outbox() {
      return (await (await fetch(`${server.url}/outbox.json`)).json()) as readonly Message[];
    },
    async dispose() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start().catch(async (error: unknown) => {
    await server.dispose();
    throw error;
  });
  return server;
}

async function healthOf(url: string): Promise<string> {
  try {
    return await (await fetch(`${url}/healthz`)).text();
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}
