/**
 * How often typing is saved: the first key as soon as the screen has shown it, then at most every 300 ms for as long as it goes on, and what is
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

/** What saving a key costs must not hold up the key itself. Outside of a browser nothing is drawn. */
const afterFrame = (run: () => void): void =>
  'requestAnimationFrame' in globalThis ? void requestAnimationFrame(() => setTimeout(run)) : run();

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
      if (isNews) onWaiting?.();
      if (timer !== undefined) return;
      // A page that is not shown draws nothing: then it is the pace that saves.
      afterFrame(() => isWaiting && void saveNow());
      rest();
    },
    flush() {
      return isWaiting ? saveNow() : saving;
    },
  };
}
