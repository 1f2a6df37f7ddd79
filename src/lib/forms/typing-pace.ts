/**
 * How often typing is saved: the first key at once, then at most every 300 ms for as long as it goes on, and what is
 * left when the field is left. Never only at a pause: someone who types without one would lose it all.
 */
export interface TypingPace {
  /** Something was typed that `save` should see soon. */
  typed(): void;
  /** Saves now what was typed since the last save; resolves when that is done. */
  flush(): Promise<void>;
  readonly isWaiting: boolean;
}

export const paceMs = 300;

/** `onWaiting` hears of words that are not handed to `save` yet: until they are, nothing may be called saved. */
export function typingPace(save: () => Promise<void>, onWaiting?: () => void): TypingPace {
  let isWaiting = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving: Promise<void> = Promise.resolve();

  function saveNow(): Promise<void> {
    isWaiting = false;
    saving = Promise.all([saving, save()]).then(() => undefined);
    return saving;
  }
  function rest(): void {
    timer = setTimeout(() => {
      timer = undefined;
      if (!isWaiting) return;
      void saveNow();
      rest();
    }, paceMs);
  }
  return {
    get isWaiting() {
      return isWaiting;
    },
    typed() {
      const isNews = !isWaiting;
      isWaiting = true;
      if (timer !== undefined) {
        if (isNews) onWaiting?.();
        return;
      }
      void saveNow();
      rest();
    },
    flush() {
      return isWaiting ? saveNow() : saving;
    },
  };
}
