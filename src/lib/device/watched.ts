/** A value that changes and can be watched. It keeps the contract of a Svelte store: a new listener is called at once. */
export interface Watched<T> {
  readonly current: T;
  subscribe(listener: (value: T) => void): () => void;
}

export interface Settable<T> extends Watched<T> {
  set(value: T): void;
}

export function watched<T>(initial: T, isSame: (a: T, b: T) => boolean = Object.is): Settable<T> {
  let current = initial;
  const listeners = new Set<(value: T) => void>();
  return {
    get current() {
      return current;
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(current);
      return () => listeners.delete(listener);
    },
    set(value) {
      if (isSame(current, value)) return;
      current = value;
      for (const listener of [...listeners]) listener(value);
    },
  };
}
