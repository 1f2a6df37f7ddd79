/** The device store of this browser, with the browser's own clock, chance, network and worker. */
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- the query asks the build for the worker's address
import workerUrl from './crypto-worker.ts?worker&url';
import { browserKeeper } from './crypto-client.ts';
import type { Hub } from './hub.ts';
import { browserTabs } from './leader.ts';
import { makeHub } from './make-hub.ts';
import { browserSignals } from './browser-signals.ts';
import type { DevicePorts } from './ports.ts';
import { workerAddress } from './worker-address.ts';

export async function openHub(): Promise<Hub> {
  // Asked for and not waited on: some browsers ask the person, and nothing here depends on the answer.
  void navigator.storage?.persist?.();
  return makeHub({
    ports: browserPorts(),
    keeper: browserKeeper(() => new Worker(workerAddress(workerUrl), { type: 'module', name: 'vault' })),
    host: location.host,
  });
}

const browserPorts = (): DevicePorts => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: (count) => crypto.getRandomValues(new Uint8Array(count)),
  fetch: (...request) => fetch(...request),
  setTimer(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  tabs: browserTabs(),
  signals: browserSignals(),
  ...(navigator.storage?.estimate !== undefined && { estimate: () => navigator.storage.estimate() }),
});
