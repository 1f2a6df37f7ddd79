/** How long to wait before trying again: full jitter, so that a whole school does not come back in the same second. */
import type { RandomBytes } from '#sync/model/ids.ts';

const firstMs = 1_000;
const longestMs = 60_000;

export interface Backoff {
  next(): number;
  reset(): void;
}

export function backoff(random: RandomBytes): Backoff {
  let tries = 0;
  return {
    next() {
      const ceiling = Math.min(longestMs, firstMs * 2 ** tries);
      tries = Math.min(tries + 1, 10);
      const [high = 0, low = 0] = random(2);
      return 100 + Math.floor(((high * 256 + low) / 65_536) * ceiling);
    },
    reset() {
      tries = 0;
    },
  };
}

/** `Retry-After` in seconds or as a date; undefined when the Hub did not say. At most five minutes: a line may be back sooner. */
export function retryAfterMs(response: Response, now: number): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(300_000, Math.max(0, ms)) : undefined;
}
