/** A line between a browser and the server that can be cut at the worst moment: when the server has done what it was asked. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  readonly url: string;
  /** Event streams that are open to the server at this moment. */
  readonly streams: number;
  /** Replies to a push that were cut off since the last call of `cutNext`. */
  readonly cut: number;
  /** The reply to the next push never arrives: its first bytes, which the server sends after the commit, end the line. */
  cutNext(onCut?: () => void): void;
  close(): Promise<void>;
}

export async function startProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const streaming = new Set<Socket>();
  let armed: { onCut: (() => void) | undefined } | undefined;
  let cut = 0;

  const server = createServer((browser) => {
    const hub = connect(port, '127.0.0.1');
    let isPush = false;
    const end = () => {
      browser.destroy();
      hub.destroy();
    };
    for (const socket of [browser, hub]) {
      sockets.add(socket);
      // A line that breaks is what this is for: both ends go, and the browser notices by itself.
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        streaming.delete(socket);
        end();
      });
    }
    browser.on('data', (bytes: Buffer) => {
      if (bytes.toString('latin1', 0, 20).startsWith('POST /api/sync ')) isPush = true;
      else if (/^(GET|POST) /.test(bytes.toString('latin1', 0, 5))) isPush = false;
      if (bytes.toString('latin1', 0, 16) === 'GET /api/stream ') streaming.add(hub);
      hub.write(bytes);
    });
    hub.on('data', (bytes: Buffer) => {
      if (isPush && armed !== undefined) {
        const { onCut } = armed;
        armed = undefined;
        cut += 1;
        onCut?.();
        end();
        return;
      }
      browser.write(bytes);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get streams() {
      return streaming.size;
    },
    get cut() {
      return cut;
    },
    cutNext(onCut) {
      armed = { onCut };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
