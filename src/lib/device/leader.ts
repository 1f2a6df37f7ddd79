/** The tabs of one browser: one of them sends (Web Locks), all of them hear (BroadcastChannel). */
import { singleTab, type TabMessage, type Tabs } from './ports.ts';

export function browserTabs(): Tabs {
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('hub');
  const alone = singleTab();
  return {
    elect(name, lead) {
      // Without Web Locks every tab would send; known edits get their first verdict again, so that costs only traffic.
      if (!('locks' in navigator)) return alone.elect(name, lead);
      let current: AbortController;
      const stand = () => {
        const mine = (current = new AbortController());
        const untilDown = new Promise<void>((resolve) => mine.signal.addEventListener('abort', () => resolve()));
        void navigator.locks
          .request(name, { signal: mine.signal }, () => {
            lead(mine.signal);
            return untilDown;
          })
          .catch((error: unknown) => {
            // Giving up the wait for the lock is what stepping down means for a tab that never led.
            if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
            if (mine.signal.aborted) return;
            // The lock went to another tab, as it does from one that was frozen: it leads now, and this one waits again.
            mine.abort();
            stand();
          });
      };
      stand();
      return () => current.abort();
    },
    tell: (message) => channel?.postMessage(message),
    listen(listener) {
      const hear = (event: MessageEvent<TabMessage>) => listener(event.data);
      channel?.addEventListener('message', hear);
      return () => channel?.removeEventListener('message', hear);
    },
  };
}
