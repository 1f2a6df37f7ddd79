/**
 * The tabs of one browser: one of them sends (Web Locks), all of them hear (BroadcastChannel). A tab that the browser has
 * frozen keeps its lock and sends nothing; the lead is taken from it, and when it thaws it stops at once.
 */
import { singleTab, type TabMessage, type Tabs } from './ports.ts';

export function browserTabs(everyMs?: number): Tabs {
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('hub');
  const alone = singleTab();
  return {
    elect(name, lead) {
      // Without Web Locks every tab would send; known edits get their first verdict again, so that costs only traffic.
      if (!('locks' in navigator)) return alone.elect(name, lead);
      let current: AbortController | undefined;
      let leads: boolean | undefined;
      const stand = (steal?: true) => {
        current?.abort();
        const { signal } = (current = new AbortController());
        const untilDown = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        leads = false;
        void navigator.locks
          // Who takes a lock does not wait for it, and so has nothing to give up.
          .request(name, steal ? { steal } : { signal }, () => {
            leads = true;
            lead(signal);
            return untilDown;
          })
          .catch((error: unknown) => {
            // Giving up the wait for the lock is what stepping down means for a tab that never led.
            if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
            // The lock went to another tab, as it does from one that was frozen: it leads now, and this one waits again.
            if (!signal.aborted) stand();
          });
      };
      stand();
      const watching = import('./watch-leader.ts').then(({ watchLeader }) =>
        watchLeader(name, () => leads, stand, everyMs),
      );
      return () => {
        void watching.then((end) => end());
        current?.abort();
      };
    },
    tell: (message) => channel?.postMessage(message),
    listen(listener) {
      const hear = (event: MessageEvent<TabMessage>) => listener(event.data);
      channel?.addEventListener('message', hear);
      return () => channel?.removeEventListener('message', hear);
    },
  };
}
