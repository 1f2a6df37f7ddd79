/**
 * One request at a time writes into a file that is arriving. Whoever comes for it later is nearer to the person (a line that
 * broke leaves a request behind), so the one before is asked to let go, wherever it runs.
 */
import type { Storage } from '#server/storage/database.ts';

export interface UploadLocks {
  /** Resolves when the file is held, with the way to give it back; undefined when it could not be had in time. */
  hold(id: string, signal: AbortSignal, letGo: () => void): Promise<(() => Promise<void>) | undefined>;
}

/** Undefined where there is one server process: it keeps them in its own memory. */
export function uploadLocks(
  { inTurn, others }: Pick<Storage, 'inTurn' | 'others'>,
  waitMs = 30_000,
): UploadLocks | undefined {
  if (others === undefined) return undefined;
  const holders = new Map<string, () => void>();
  others.listen('let-go', (id) => holders.get(id)?.());
  return {
    async hold(id, signal, letGo) {
      let giveBack = () => undefined as void;
      const givenBack = new Promise<void>((back) => (giveBack = back));
      let ended: Promise<void> = Promise.resolve();
      const ask = () => {
        holders.get(id)?.();
        others.tell('let-go', id);
      };
      const limit = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
      const timer = setInterval(ask, askEveryMs);
      try {
        return await new Promise((resolve, reject) => {
          limit.addEventListener('abort', () => resolve(undefined), { once: true });
          ended = inTurn(`upload ${id}`, async () => {
            if (limit.aborted) return;
            holders.set(id, letGo);
            resolve(async () => {
              giveBack();
              await ended;
            });
            await givenBack;
            holders.delete(id);
          });
          ended.catch(reject);
          ask();
        });
      } finally {
        clearInterval(timer);
      }
    },
  };
}
const askEveryMs = 500;
