/**
 * Two server processes over one PostgreSQL and one folder of files, behind one address that hands its connections to one
 * and the other by turns: a browser's stream is at one while its pushes go to both.
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { freshDatabase } from '#tests/postgres/databases.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

/** Where a journey's folder says which database belongs to it. */
export const addressFile = 'database-url';

export interface Pair {
  /** The first start takes a free port; later ones take the same. */
  start(port: number): Promise<number>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  dispose(): Promise<void>;
}

export async function openPair(tree: string, folder: string, bugs: string[]): Promise<Pair> {
  const database = await freshDatabase('empty');
  writeFileSync(join(folder, addressFile), database.url);
  const env = { PORT: '0', HUB_DATA: folder, DATABASE_URL: database.url };
  let running: readonly ServerProcess[] = [];
  let door: Awaited<ReturnType<typeof openDoor>> | undefined;
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = running;
    running = [];
    await door?.close();
    door = undefined;
    await Promise.all(ending.map((one) => one.end(signal)));
  };
  return {
    end,
    async start(port) {
      // Both at once: one of them brings the database up to date and fills it, the other waits for that.
      const started = await Promise.allSettled([startProcess(tree, env, bugs), startProcess(tree, env, bugs)]);
      running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      door = await openDoor(port, running);
      return door.port;
    },
    async dispose() {
      await end('SIGKILL');
      await database.dispose();
    },
  };
}

async function openDoor(port: number, servers: readonly ServerProcess[]) {
  const sockets = new Set<Socket>();
  let turn = 0;
  const door: Server = createServer((browser) => {
    const server = connect(servers[(turn += 1) % servers.length]?.port ?? 0, '127.0.0.1');
    for (const [one, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => door.listen(port, '127.0.0.1', listening));
  return {
    port: (door.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => door.close(closed));
    },
  };
}
