/**
 * Does a piece of work again whenever it is asked for, one at a time. An ask that comes while it runs, or in the very
 * moment it ends, is never missed: a missed one would stall what waits until the next key.
 */
export interface Repeating {
  ask(): void;
}

export function repeating(work: () => Promise<void>, onError: (error: unknown) => void): Repeating {
  let isAsked = false;
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    try {
      while (isAsked) {
        isAsked = false;
        await work();
      }
    } finally {
      isRunning = false;
    }
  };
  return {
    ask() {
      isAsked = true;
      if (!isRunning) run().catch(onError);
    },
  };
}
