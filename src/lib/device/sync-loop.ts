/**
 * Sends what waits and takes in what changed: one state machine, one request at a time, a timer armed while anything is
 * unsent. It can be stopped or killed between any two steps: what was not taken in is sent again, and the Hub answers
 * known edits with their first verdict. Runs in one tab of a browser.
 */
import type { Account } from './account.ts';
import { isSameActivity, type Activity } from './activity.ts';
import { backoff } from './backoff.ts';
import { watchClock } from './clock-watch.ts';
import { foldReply } from './fold-reply.ts';
import type { Line } from './line.ts';
import { hasUnsent, readOutbox, readSettings } from './outbox.ts';
import { freezeBatch, type Batch } from './push-batch.ts';
import { send, type Sent } from './send.ts';
import { StorageTrouble } from './storage-trouble.ts';
import { keepStream, type Stream } from './stream.ts';
import { watched, type Watched } from './watched.ts';

export interface SyncLoop {
  readonly activity: Watched<Activity>;
  /** Something was written, or somebody signed in: worth a try soon. */
  nudge(): void;
  /** Resolves after a request that began later than this call, or when none can be made now. */
  flush(): Promise<void>;
  /** Resolves when no request is under way: a simulation lets time pass only then. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const limitMax = 550;
/** Keys come several a second; one request takes all of a short while. */
const gatherMs = 300;
/** Without a stream, others' changes are asked for. */
const pollMs = 20_000;
const tooOldMs = 300_000;

/** What to do after a turn: `inMs` from now at the latest. */
interface Next {
  readonly activity: Activity;
  readonly inMs: number | undefined;
}

export function startSyncLoop(account: Account, line: Line): SyncLoop {
  const { ports, news } = account;
  const activity = watched<Activity>({ is: 'idle' }, isSameActivity);
  const clock = watchClock(ports);
  const waits = backoff(ports.random);
  let limit = limitMax;
  let hasJumped = false;
  let mustPull = true;
  let isDoubtful = false;
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let isAgain = false;

  const tell = (now: Activity) => {
    activity.set(now);
    news.tell({ t: 'activity', activity: now });
  };
  const arm = (ms: number) => {
    cancelTimer?.();
    cancelTimer = isStopped ? undefined : ports.setTimer(ms, () => void run());
  };
  /** Soon, or after the turn under way; whoever waits for a line has a timer already. */
  const wantTurn = (ms: number) => {
    if (running === undefined && !isHeldBack(activity.current)) arm(ms);
    else isAgain = running !== undefined;
  };

  const run = (): Promise<void> => {
    if (isStopped) return Promise.resolve();
    if (running !== undefined) {
      isAgain = true;
      return running;
    }
    cancelTimer?.();
    running = turn()
      .then(({ activity: now, inMs }) => {
        if (isStopped) return;
        tell(now);
        if (inMs !== undefined) arm(inMs);
      })
      .catch((error: unknown) => {
        // A locked store ends the loop; one that is full or closed is tried again, because the words wait in it.
        if (error instanceof StorageTrouble) return error.reason === 'locked' ? undefined : arm(waits.next());
        arm(waits.next());
        throw error;
      })
      .finally(() => {
        running = undefined;
        if (isAgain && !isStopped) {
          isAgain = false;
          arm(0);
        }
      });
    return running;
  };

  /** One request, or none if there is nothing to say and nothing to hear. */
  const turn = async (): Promise<Next> => {
    const isStreaming = stream.isOpen();
    const [settings, outbox] = await Promise.all([readSettings(account.store), readOutbox(account.store)]);
    const isWaiting = hasUnsent(outbox);
    if (clock.hasJumped()) hasJumped = isWaiting;
    const pull = mustPull || !isStreaming || (settings.want ?? []).length > 0;
    if (!isWaiting && !pull) return { activity: { is: 'idle' }, inMs: undefined };
    tell({ is: 'sending' });
    if (!(await isLineThere())) return { activity: { is: 'waiting', reason: 'offline' }, inMs: waits.next() };
    const batch = await freezeBatch(account, { pull, limit, hasJumped });
    const sent = await send(account, line, batch.push);
    return sent.is === 'answered' ? takeIn(batch, sent, pull) : standBack(batch, sent);
  };

  /**
   * After a failure, and where the system knows of no network, one question goes ahead of the words: what was once put
   * into a request cannot be taken back any more, and nobody can go back to editing a request that may have been sent.
   */
  const isLineThere = async (): Promise<boolean> => {
    if (!isDoubtful && ports.signals.isOnline()) return true;
    line.forget();
    const asked = await line.nonce();
    return asked.ok || asked.why !== 'no-line';
  };

  const takeIn = async (batch: Batch, { reply }: Extract<Sent, { is: 'answered' }>, pull: boolean): Promise<Next> => {
    const folded = await foldReply(account, {
      verdicts: reply.verdicts,
      commands: reply.commands,
      frame: reply.frame,
      wanted: batch.push.want,
      now: reply.now,
      safe: reply.safe,
    });
    waits.reset();
    isDoubtful = false;
    hasJumped = false;
    limit = Math.min(limitMax, limit * 2);
    mustPull = folded.pullAgain || (pull && reply.frame === undefined);
    const [settings, outbox] = await Promise.all([readSettings(account.store), readOutbox(account.store)]);
    if (!mustPull) stream.resume(settings.cursor ?? null);
    const isUnsent = hasUnsent(outbox);
    const hadAnswers =
      reply.verdicts.length + reply.commands.length > 0 || batch.edits.length + batch.commands.length === 0;
    // An answer that settles nothing must not be asked for in a tight circle.
    if (isUnsent && !hadAnswers) return { activity: { is: 'waiting', reason: 'busy' }, inMs: waits.next() };
    if (folded.pullAgain || batch.isMore || (settings.want ?? []).length > 0)
      return { activity: { is: 'sending' }, inMs: 0 };
    return { activity: { is: 'idle' }, inMs: isUnsent ? gatherMs : stream.isOpen() ? undefined : pollMs };
  };

  const standBack = async (batch: Batch, sent: Exclude<Sent, { is: 'answered' }>): Promise<Next> => {
    switch (sent.is) {
      case 'no-line':
        isDoubtful = true;
        return { activity: { is: 'waiting', reason: 'offline' }, inMs: waits.next() };
      case 'busy':
        return { activity: { is: 'waiting', reason: 'busy' }, inMs: sent.afterMs ?? waits.next() };
      case 'signed-out':
        stream.pause();
        return { activity: { is: 'signed-out' }, inMs: undefined };
      case 'other-person':
        stream.pause();
        return { activity: { is: 'stopped', reason: 'other-person' }, inMs: undefined };
      case 'app-too-old':
        return { activity: { is: 'stopped', reason: 'app-too-old' }, inMs: tooOldMs };
      case 'unfit':
        return divide(batch, sent.reason);
    }
  };

  /** Refused as a whole: in halves, until a single bad one stands alone and steps aside, and the rest goes on. */
  const divide = async ({ edits, commands }: Batch, reason: 'too-large' | 'invalid-value'): Promise<Next> => {
    const size = edits.length + commands.length;
    if (size > 1) {
      limit = Math.max(1, Math.floor(size / 2));
      return { activity: { is: 'sending' }, inMs: 0 };
    }
    const [edit] = edits;
    const [command] = commands;
    const { refuseCommand, stepAside } = await import('./take-answers.ts');
    if (edit !== undefined) await stepAside(account, edit.key, { is: 'refused', ver: 0, reason });
    else if (command !== undefined) await refuseCommand(account, command.key);
    else return { activity: { is: 'waiting', reason: 'busy' }, inMs: waits.next() };
    return { activity: { is: 'sending' }, inMs: 0 };
  };

  const stream: Stream = keepStream(account, {
    onClosed: () => news.tell({ t: 'stream', isOpen: false }),
    onBroken() {
      mustPull = true;
      arm(0);
    },
    onOpen() {
      news.tell({ t: 'stream', isOpen: true });
      arm(0);
    },
    onLacking: () => wantTurn(0),
  });
  const stopNews = news.on((message) => {
    if (message.t === 'signed-in') {
      line.forget();
      wake();
    }
    if (message.t === 'wrote') wantTurn(gatherMs);
  });
  const wake = () => {
    waits.reset();
    mustPull = true;
    stream.wake();
    void run();
  };
  const stopSignals = ports.signals.onWake(wake);
  // A sign-in, also one in another tab of this person, sets it going again.
  const stopLine = line.state.subscribe((state) => {
    if (state === 'signed-in' && (activity.current.is === 'signed-out' || activity.current.is === 'stopped')) wake();
  });
  arm(0);

  return {
    activity,
    nudge: wake,
    async flush() {
      if (running !== undefined) await running;
      await run();
    },
    async settled() {
      while (running !== undefined) await running.catch(() => undefined);
    },
    async stop() {
      isStopped = true;
      cancelTimer?.();
      stopNews();
      stopSignals();
      stopLine();
      stream.stop();
      await running?.catch(() => undefined);
    },
  };
}

/** While waiting for a line or a busy Hub its own timer is armed; a new word must not make it knock sooner. */
const isHeldBack = (activity: Activity): boolean => activity.is !== 'idle' && activity.is !== 'sending';
