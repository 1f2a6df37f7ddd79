/**
 * A device as far as the server can tell: it signs, packs, sends, opens its stream, folds what comes and keeps what
 * stands. It writes to no disk, so that what is measured is the server and the wire, and it counts every byte that
 * passes its sockets, headers and all.
 */
import { sign } from 'node:crypto';
import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { createBrotliDecompress, createGunzip, createZstdDecompress, gzipSync } from 'node:zlib';
import type { Change, PushReply } from '#sync/protocol/changes.ts';
import { unpackFrame, type WireFrame } from '#sync/protocol/pack.ts';
import type { Cursor, Push } from '#sync/protocol/push.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { Seat } from './prepared-hub.ts';

export class WireClient {
  readonly seat: Seat;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #sockets = new Set<Socket>();
  cursor: Cursor = null;
  /** What stands, by its place; what a place holds is the change that was told last. */
  readonly state = new Map<string, Change>();
  /** How often it was asked to come again later. */
  waits = 0;
  /** Documents of an authority's lists. */
  changes = 0;
  /** When something last changed here, by `performance.now()`. */
  changedAt = 0;
  onChange: (change: Change, at: number) => void = () => undefined;
  #stream: IncomingMessage | undefined;

  constructor(seat: Seat, port: number) {
    this.seat = seat;
    this.#port = port;
  }

  get bytes(): { sent: number; received: number } {
    let [sent, received] = [0, 0];
    for (const socket of this.#sockets) {
      sent += socket.bytesWritten;
      received += socket.bytesRead;
    }
    return { sent, received };
  }

  async push(part: Partial<Push>): Promise<Omit<PushReply, 'frame'> & { frame?: WireFrame }> {
    const body = gzipSync(
      JSON.stringify({
        v: protocolVersion,
        account: this.seat.person,
        device: this.seat.device,
        sent: Date.now(),
        jumped: false,
        cursor: this.cursor,
        pull: false,
        want: [],
        runs: [],
        commands: [],
        ...part,
      } satisfies Push),
    );
    const signed = Buffer.concat([Buffer.from(`POST\n/api/sync\n${this.seat.nonce}\n`), body]);
    const signature = sign('sha256', signed, { key: this.seat.key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    const ask = () =>
      this.#ask('POST', '/api/sync', body, {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-length': body.length,
        'hub-signature': signature,
      });
    let answer = await ask();
    // As a device does where too many wait: not sooner than it was told, and not all at the same moment.
    for (; answer.statusCode === 503; answer = await ask()) {
      this.waits += 1;
      const seconds = Number(answer.headers['retry-after'] ?? 1);
      answer.resume();
      await new Promise((next) => setTimeout(next, seconds * 1000 * (1 + Math.random())));
    }
    const text = (await wholeOf(unpacked(answer))).toString('utf8');
    if (answer.statusCode !== 200) throw new Error(`a push was answered with ${String(answer.statusCode)}: ${text}`);
    const reply = JSON.parse(text) as Omit<PushReply, 'frame'> & { frame?: WireFrame };
    if (reply.frame !== undefined) this.#fold(reply.frame);
    return reply;
  }

  /** All that there is from where it stands, until nothing more comes. */
  async pull(): Promise<void> {
    for (;;) {
      const { frame } = await this.push({ pull: true, want: this.#wanted() });
      if (frame?.more !== true && this.#wanted().length === 0) return;
    }
  }
  #wanted(): Push['want'] {
    return [];
  }

  /** Resolves when the stream has given its first line. */
  async listen(): Promise<void> {
    const answer = await this.#ask('GET', '/api/stream', undefined, {
      'hub-cursor': this.cursor ?? '',
      'hub-protocol': String(protocolVersion),
    });
    if (answer.statusCode !== 200) throw new Error(`the stream was answered with ${String(answer.statusCode)}`);
    this.#stream = answer;
    let rest = '';
    await new Promise<void>((first, fail) => {
      unpacked(answer)
        // A letter may begin in one piece and end in the next.
        .setEncoding('utf8')
        .on('data', (piece: string) => {
          rest += piece;
          const lines = rest.split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const said = JSON.parse(line) as { frame?: WireFrame };
            if (said.frame !== undefined) this.#fold(said.frame);
            first();
          }
        })
        .on('error', (error) => {
          if (this.#stream !== undefined) fail(error);
        });
    });
  }

  close(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
    this.#agent.destroy();
  }

  #fold(wire: WireFrame): void {
    const frame = 'packed' in wire ? unpackFrame(wire) : wire;
    if (frame.manifest === undefined && frame.from !== this.cursor)
      throw new Error('a frame came that does not follow');
    const at = performance.now();
    for (const change of frame.changes) {
      this.state.set(placeOf(change), change);
      this.onChange(change, at);
    }
    this.changes += frame.changes.length;
    if (frame.changes.length > 0) this.changedAt = at;
    this.cursor = frame.to;
  }

  #ask(
    method: 'GET' | 'POST',
    path: string,
    body: Buffer | undefined,
    headers: OutgoingHttpHeaders,
  ): Promise<IncomingMessage> {
    return new Promise((answered, fail) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          method,
          path,
          agent: this.#agent,
          headers: {
            ...headers,
            cookie: `__Host-hub_session=${this.seat.token}`,
            'hub-request': '1',
            'hub-device': this.seat.device,
            'accept-encoding': 'gzip, br, zstd',
          },
        },
        answered,
      );
      asked.on('socket', (socket) => this.#sockets.add(socket));
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // A kept line that the server closed just then: as a browser does, asked once more on another.
        if (asked.reusedSocket && error.code === 'ECONNRESET')
          this.#ask(method, path, body, headers).then(answered, fail);
        else fail(error);
      });
      asked.end(body);
    });
  }
}

function unpacked(answer: IncomingMessage): NodeJS.ReadableStream {
  switch (answer.headers['content-encoding']) {
    case 'gzip':
      return answer.pipe(createGunzip());
    case 'br':
      return answer.pipe(createBrotliDecompress());
    case 'zstd':
      return answer.pipe(createZstdDecompress());
    default:
      return answer;
  }
}

async function wholeOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function placeOf(change: Change): string {
  switch (change.t) {
    case 'doc':
      return `doc ${change.doc}`;
    case 'section':
      return `section ${change.doc} ${change.section}`;
    case 'field':
    case 'text':
      return `${change.t} ${change.doc} ${change.holder} ${change.field}`;
    default:
      return `${change.t} ${'id' in change ? change.id : change.doc}`;
  }
}
