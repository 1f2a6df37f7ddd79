/**
 * What the device store needs from outside. Nothing in this folder reads a clock, a network or randomness by itself, so
 * the simulation runs the very same modules in Node with virtual time.
 */
import type { RandomBytes } from '#sync/model/ids.ts';

export interface DevicePorts {
  /** Milliseconds by the device's wall clock: it can be wrong by a year and can jump. */
  now(): number;
  /** Milliseconds that only ever go forward; it may stand still while the device sleeps. */
  monotonic(): number;
  readonly random: RandomBytes;
  readonly fetch: typeof fetch;
  /** Runs `run` once after `ms`; the answer takes the timer back. */
  setTimer(ms: number, run: () => void): () => void;
  readonly tabs: Tabs;
  readonly signals: NetworkSignals;
  /** How much room there is, as far as the browser says; left out where it does not. */
  readonly estimate?: () => Promise<{ readonly usage?: number; readonly quota?: number }>;
  /** Where the databases are; left out, the runtime's own. A simulated device brings its own. */
  readonly indexedDB?: { readonly factory: IDBFactory; readonly keyRange: typeof IDBKeyRange };
}

/** The other tabs of this browser. */
export interface Tabs {
  /** Calls `lead` once this tab may lead in `name`, and aborts its signal when it no longer does. The answer steps down. */
  elect(name: string, lead: (lost: AbortSignal) => void): () => void;
  /** To every other tab, never to this one. */
  tell(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): () => void;
}

/** Nothing of it can be read by itself: account and documents are named by their refs. */
export type TabMessage =
  | { readonly t: 'wrote'; readonly account: string; readonly docRef?: string; readonly what?: 'command' }
  | { readonly t: 'folded'; readonly account: string; readonly docRefs: readonly string[] }
  | {
      readonly t: 'renamed';
      readonly account: string;
      readonly from: string;
      readonly to: string;
      readonly next: number;
    }
  | { readonly t: 'files'; readonly account: string; readonly progress: unknown }
  | { readonly t: 'area-settings'; readonly account: string }
  | { readonly t: 'activity'; readonly account: string; readonly activity: unknown }
  /** The line to the Hub on which others' changes come was opened anew, or broke. */
  | { readonly t: 'stream'; readonly account: string; readonly isOpen: boolean }
  /** Who else writes where this device does, sealed. */
  | { readonly t: 'here'; readonly account: string; readonly here: unknown }
  | { readonly t: 'who-is-here'; readonly account: string }
  | { readonly t: 'alive'; readonly account: string; readonly at: number }
  | { readonly t: 'signed-in'; readonly account: string }
  /** This tab stood still, and may have missed any of the others. Heard here, and told to nobody. */
  | { readonly t: 'missed'; readonly account: string }
  | { readonly t: 'lock'; readonly account: string };

export interface NetworkSignals {
  isOnline(): boolean;
  /** The line may be back, or the screen was looked at again: worth trying at once. */
  onWake(listener: () => void): () => void;
  /** The browser had let the page stand still, and goes on with it: what others told meanwhile may not have been heard. */
  onThaw(listener: () => void): () => void;
}

/** One tab alone: tests, and browsers without Web Locks. */
export const singleTab = (): Tabs => ({
  elect(_name, lead) {
    const stepDown = new AbortController();
    lead(stepDown.signal);
    return () => stepDown.abort();
  },
  tell: () => undefined,
  listen: () => () => undefined,
});
