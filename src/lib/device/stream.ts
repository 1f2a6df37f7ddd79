/**
 * Others' changes as they happen: lines of JSON in the body of a plain request. While it is open it alone brings
 * changes. Without a heartbeat in 45 seconds, or behind a proxy that holds it back, it counts as broken, and the device
 * asks by itself with the same cursor.
 */
import type { StreamLine } from '#sync/protocol/changes.ts';
import type { WireFrame } from '#sync/protocol/pack.ts';
import type { Here } from '#sync/protocol/presence.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { Account } from './account.ts';
import { backoff } from './backoff.ts';
import { foldReply } from './fold-reply.ts';
import { StorageTrouble } from './storage-trouble.ts';

export interface Stream {
  /** A line came, and not too long ago. */
  isOpen(): boolean;
  /** The device stands at this cursor: open, if it is not open already. */
  resume(cursor: Cursor): void;
  /** The line may be back: try at once at the next cursor. */
  wake(): void;
  /** Nobody is signed in: no stream until the next `resume`. */
  pause(): void;
  stop(): void;
}
export interface StreamNews {
  onOpen(): void;
  /** A document came without its contents: they have to be asked for. */
  onLacking(): void;
  /** What was open is not any more, whoever ended it: what it told of others holds no longer. */
  onClosed(): void;
  /** It ended by itself, or never opened: a pull has to find the way back. */
  onBroken(): void;
}

const silenceMs = 45_000;

export function keepStream(account: Account, told: StreamNews): Stream {
  const { ports, device } = account;
  const waits = backoff(ports.random);
  let current: { abort: AbortController; isOpen: boolean } | undefined;
  let isStopped = false;
  let isResting = false;
  let cancelRest: (() => void) | undefined;

  const open = async (cursor: Cursor, mine: { abort: AbortController; isOpen: boolean }) => {
    let cancelWatch: (() => void) | undefined;
    const watch = () => {
      cancelWatch?.();
      cancelWatch = ports.setTimer(silenceMs, () => mine.abort.abort());
    };
    watch();
    try {
      const response = await ports.fetch('/api/stream', {
        credentials: 'same-origin',
        cache: 'no-store',
        signal: mine.abort.signal,
        headers: {
          'hub-request': '1',
          'hub-device': device,
          'hub-protocol': `${protocolVersion}`,
          ...(cursor !== null && { 'hub-cursor': cursor }),
        },
      });
      if (response.status !== 200 || response.body === null) return;
      for await (const line of linesOf(response.body)) {
        if (current !== mine) return;
        watch();
        if (!mine.isOpen) {
          mine.isOpen = true;
          waits.reset();
          told.onOpen();
        }
        if ('here' in line) passOn(account, line.here, () => current === mine);
        if (!('frame' in line)) continue;
        const folded = await foldReply(account, { verdicts: [], commands: [], frame: line.frame, wanted: [] });
        if (folded.isLacking) told.onLacking();
        // The frame does not begin where this device stands, or more is waiting: a pull finds the way back.
        if (folded.pullAgain) return;
      }
    } catch (error) {
      // However the line ended, the answer is the same: a pull with the cursor that stands. A bug goes on being thrown.
      if (!isBroken(error)) throw error;
    } finally {
      cancelWatch?.();
      mine.abort.abort();
    }
  };

  const end = () => {
    const before = current;
    current = undefined;
    before?.abort.abort();
    if (before?.isOpen === true) told.onClosed();
  };
  return {
    isOpen: () => current?.isOpen === true,
    resume(cursor) {
      if (isStopped || isResting || cursor === null || current !== undefined) return;
      const mine = { abort: new AbortController(), isOpen: false };
      current = mine;
      void open(cursor, mine).finally(() => {
        if (current !== mine) return;
        current = undefined;
        isResting = true;
        cancelRest = ports.setTimer(waits.next(), () => (isResting = false));
        if (mine.isOpen) told.onClosed();
        if (!isStopped) told.onBroken();
      });
    },
    wake() {
      cancelRest?.();
      isResting = false;
      // A stream that slept with the device may be dead without knowing; one request more is cheap.
      end();
    },
    pause: end,
    stop() {
      isStopped = true;
      cancelRest?.();
      end();
    },
  };
}

/** Fetched apart: most people's first look at their list needs nothing of it, and no stream breaks for want of it. */
function passOn(account: Account, here: readonly Here[], holds: () => boolean): void {
  void import('./presence-news.ts').then(
    (news) => {
      if (holds()) news.passOn(account, here);
    },
    () => undefined,
  );
}

const isBroken = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof SyntaxError ||
  error instanceof StorageTrouble ||
  (error instanceof Error && error.name === 'AbortError');

type WireLine = Exclude<StreamLine, { frame: unknown }> | { readonly frame: WireFrame };

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<WireLine> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as WireLine;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
