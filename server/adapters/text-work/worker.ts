/** The thread in which large text work is done: it gets bytes and gives steps, and has nothing else in its reach. */
import { parentPort } from 'node:worker_threads';
import { textRule } from '#sync/rules/text.ts';
import { stepsOf, type TextJob, type TextStep } from './text-work.ts';

export type Told = { readonly step: TextStep; readonly ms: number } | { readonly done: true };

const port = parentPort;
port?.on('message', (job: TextJob) => {
  // Each step is told as soon as it is there: when the time is up, what was done until then counts.
  let before = performance.now();
  for (const step of stepsOf(textRule, job)) {
    const now = performance.now();
    port.postMessage({ step, ms: now - before } satisfies Told);
    before = now;
  }
  port.postMessage({ done: true } satisfies Told);
});
