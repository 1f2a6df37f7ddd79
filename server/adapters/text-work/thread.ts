/**
 * Large text work in a thread of its own, with a limit of time and one of memory: Yjs decodes bytes that a hostile
 * device may have made, and a few kilobytes can cost minutes. The thread is ended with the job that exceeds a limit, and
 * nobody else's push has waited for it. One job at a time; people take turns, so that one with many jobs delays only
 * their own.
 */
import { Worker } from 'node:worker_threads';
import { noteTime, type TextJob, type TextStep, type TextWork } from './text-work.ts';
import type { Told } from './worker.ts';

export interface TextLimits {
  readonly ms: number;
  readonly memoryMb: number;
}
/** A long paste into the longest text takes a tenth of a second and some tens of megabytes. */
const usualLimits: TextLimits = { ms: 5_000, memoryMb: 256 };
const waitingPerPersonMax = 8;
const waitingMax = 200;

interface Waiting {
  readonly job: TextJob;
  done(steps: readonly TextStep[]): void;
  fail(error: unknown): void;
}

export function workInThread(limits: TextLimits = usualLimits): TextWork {
  const waiting = new Map<string, Waiting[]>();
  let thread: Worker | undefined;
  let isRunning = false;
  let isClosed = false;
  const slow = new Set<string>();

  async function drain(): Promise<void> {
    isRunning = true;
    for (let next = takeTurn(waiting); next !== undefined; next = takeTurn(waiting)) {
      try {
        thread ??= await startThread(limits);
        const outcome = await runIn(thread, next.job, limits.ms);
        outcome.times.forEach((ms, at) => noteTime(slow, nameOf(next.job, at), ms));
        if (outcome.isEnded) thread = undefined;
        // Alone it would exceed the limit again: it is refused, and what comes after it is judged next time.
        next.done(outcome.steps.length > 0 ? outcome.steps : [{ reason: 'too-large' }]);
      } catch (error) {
        await thread?.terminate();
        thread = undefined;
        next.fail(error);
      }
    }
    isRunning = false;
  }

  return {
    slow,
    run(person, job) {
      if (isClosed) return Promise.reject(new Error('text work was asked for after its end'));
      const own = waiting.get(person) ?? [];
      const all = [...waiting.values()].reduce((sum, jobs) => sum + jobs.length, 0);
      if (own.length >= waitingPerPersonMax || all >= waitingMax) return Promise.resolve(undefined);
      return new Promise((done, fail) => {
        waiting.set(person, [...own, { job, done, fail }]);
        if (!isRunning) void drain();
      });
    },
    async close() {
      isClosed = true;
      await thread?.terminate();
    },
  };
}

/** The first job of whoever has waited longest for a turn. */
function takeTurn(waiting: Map<string, Waiting[]>): Waiting | undefined {
  const [turn] = waiting;
  if (turn === undefined) return undefined;
  const [person, [next, ...rest]] = turn;
  waiting.delete(person);
  if (rest.length > 0) waiting.set(person, rest);
  return next;
}

/** Its start is no part of anyone's time. */
function startThread({ memoryMb }: TextLimits): Promise<Worker> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: Math.ceil(memoryMb / 4) },
  });
  return new Promise((done, fail) => {
    thread.once('error', fail);
    thread.once('online', () => {
      thread.off('error', fail);
      // Waiting for work keeps no server from ending.
      thread.unref();
      done(thread);
    });
  });
}

const nameOf = ({ names, updates }: TextJob, at: number): string => names[updates[at]?.text ?? 0] ?? '';

interface Outcome {
  readonly steps: readonly TextStep[];
  /** What each took. */
  readonly times: readonly number[];
  readonly isEnded: boolean;
}

function runIn(thread: Worker, job: TextJob, ms: number): Promise<Outcome> {
  const steps: TextStep[] = [];
  const times: number[] = [];
  return new Promise((done, fail) => {
    const end = (outcome: Outcome | Error) => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      if (outcome instanceof Error) fail(outcome);
      else done(outcome);
    };
    const onMessage = (told: Told) => {
      if ('done' in told) return end({ steps, times, isEnded: false });
      steps.push(told.step);
      times.push(told.ms);
    };
    const onError = (error: Error & { code?: string }) =>
      end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? { steps, times, isEnded: true } : error);
    const onExit = () => end(new Error('the thread for texts ended under its work'));
    // When this thread itself was held up, answers may lie here unread: they are read before the time is judged.
    const timer = setTimeout(
      () =>
        setImmediate(() => {
          thread.off('exit', onExit);
          void thread.terminate().then(() => end({ steps, times, isEnded: true }));
        }),
      ms,
    );
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(job);
  });
}
