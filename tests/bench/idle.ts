/**
 * What a device costs the server that is there and does nothing: memory a stream, from the first half of the clients to
 * all of them, beside a bare server that keeps as many streams open.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned, prepareHub } from './prepared-hub.ts';
import type { Figures } from './report.ts';
import { WireClient } from './wire-client.ts';

/** Until what was made for the connections is swept. */
const restMs = 15_000;
const rest = () => new Promise((next) => setTimeout(next, restMs));

export async function idle(clients: number): Promise<Figures> {
  const hub = await prepareHub();
  try {
    const seats = [];
    for (let at = 0; at < clients; at += 1) seats.push(await hub.seat('senco'));
    const server = await hub.start();
    try {
      const wires = seats.map((seat) => new WireClient(seat, server.port));
      const connect = async (some: readonly WireClient[]) => {
        for (const wire of some) {
          await wire.pull();
          await wire.listen();
        }
        await rest();
        return server.memoryMiB();
      };
      const half = await connect(wires.slice(0, clients / 2));
      const all = await connect(wires.slice(clients / 2));
      for (const wire of wires) wire.close();
      return {
        'memory with half of them, MiB': half,
        'memory with all, MiB': all,
        'memory a client, KiB': ((all - half) * 1024) / (clients / 2),
        'bare server, memory a client, KiB': await bare(clients),
      };
    } finally {
      await server.stop();
    }
  } finally {
    await hub.storage.close();
    hub.remove();
  }
}

async function bare(clients: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-floor-'));
  const [program = '', ...given] = pinned('server', [process.execPath, 'tests/bench/bare-hub.ts', folder]);
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'inherit'] });
  const agent = new Agent({ keepAlive: true });
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(String(said));
    const open = (at: number) =>
      new Promise<IncomingMessage>((answered, fail) => {
        request({ host: '127.0.0.1', port, path: `/stream/${String(at)}`, agent }, answered)
          .on('error', fail)
          .end();
      });
    const memory = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1] ?? 0);
    const connect = async (from: number, until: number) => {
      for (let at = from; at < until; at += 1) (await open(at)).resume();
      await rest();
      return memory();
    };
    const half = await connect(0, clients / 2);
    return ((await connect(clients / 2, clients)) - half) / (clients / 2);
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
