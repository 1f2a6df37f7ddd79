/** The page's end of the crypto worker. */
import { workerKeeper, type FromWorker } from './worker-vault.ts';
import type { VaultKeeper } from './vault-keeper.ts';

/** `start` makes the worker: where Trusted Types are required, only the page's own policy may name a worker's address. */
export const browserKeeper = (start: () => Worker): VaultKeeper =>
  workerKeeper(() => {
    const worker = start();
    return {
      post: (message) => worker.postMessage(message),
      onAnswer(listener) {
        worker.onmessage = (event: MessageEvent<FromWorker>) => listener(event.data);
      },
      onFailure(listener) {
        worker.onerror = listener;
        worker.onmessageerror = listener;
      },
      terminate: () => worker.terminate(),
    };
  });
