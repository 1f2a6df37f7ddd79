/**
 * The real server, on a port and a data folder of its own: one process over SQLite, or two over one PostgreSQL in a run
 * that says so (`HUB_TEST_DATABASE=postgres`). It can be stopped, killed and started again
 * on the same folder, as a machine is that loses its power. Whoever starts one through the fixture cannot leave it behind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, type ServerProcess } from './server-process.ts';
import { openPair, type Pair } from './two-servers.ts';

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
  /** Another data folder from the next start on: what a backup was restored to. */
  moveTo(folder: string): void;
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
export async function startServer(
  tree: string = thisTree,
  environment: Record<string, string> = {},
  isAboutTheFile = false,
): Promise<HubServer & { dispose(): Promise<void> }> {
  const first = mkdtempSync(join(tmpdir(), 'hub-journey-'));
  let folder = first;
  const bugs: string[] = [];
  // The first start takes a free port; later ones take the same, because a browser keeps its words by the address.
  let port = 0;
  let isRefusing = false;
  // Only SQLite's backups are ours; PostgreSQL has its own.
  const isPair =
    process.env.HUB_TEST_DATABASE === 'postgres' && environment.HUB_BACKUP === undefined && !isAboutTheFile;
  const processes = await (isPair
    ? openPair(tree, folder, bugs)
    : openAlone(tree, () => ({ ...environment, HUB_DATA: folder }), bugs));

  const server = {
    get url() {
      return `http://127.0.0.1:${String(port)}`;
    },
    get port() {
      return port;
    },
    get folder() {
      return folder;
    },
    moveTo(another: string) {
      folder = another;
    },
    bugs,
    get isRefusing() {
      return isRefusing;
    },
    expectsRefusals() {
      isRefusing = true;
    },
    async start() {
      port = await processes.start(port);
    },
    stop: () => processes.end('SIGTERM'),
    kill: () => processes.end('SIGKILL'),
    async outbox() {
      return (await (await fetch(`${server.url}/outbox.json`)).json()) as readonly Message[];
    },
    async dispose() {
      await processes.dispose();
      rmSync(first, { recursive: true, force: true });
    },
  };
  await server.start().catch(async (error: unknown) => {
    await server.dispose();
    throw error;
  });
  return server;
}

/** One process over SQLite in its folder. */
function openAlone(tree: string, environment: () => Record<string, string>, bugs: string[]): Pair {
  let running: ServerProcess | undefined;
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = running;
    running = undefined;
    await ending?.end(signal);
  };
  return {
    end,
    async start(port) {
      running = await startProcess(tree, { ...environment(), PORT: String(port) }, bugs);
      return running.port;
    },
    dispose: () => end('SIGKILL'),
  };
}
