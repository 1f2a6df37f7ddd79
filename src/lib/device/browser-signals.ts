/** Signs that trying is worth it: a network came, the screen is looked at again, the page came back out of the cache. */
import type { NetworkSignals } from './ports.ts';

export const browserSignals = (): NetworkSignals => ({
  isOnline: () => navigator.onLine,
  onWake(listener) {
    const onVisible = () => document.visibilityState === 'visible' && listener();
    window.addEventListener('online', listener);
    window.addEventListener('pageshow', listener);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('online', listener);
      window.removeEventListener('pageshow', listener);
      document.removeEventListener('visibilitychange', onVisible);
    };
  },
  onThaw(listener) {
    const onShown = ({ persisted }: PageTransitionEvent) => persisted && listener();
    document.addEventListener('resume', listener);
    window.addEventListener('pageshow', onShown);
    return () => {
      document.removeEventListener('resume', listener);
      window.removeEventListener('pageshow', onShown);
    };
  },
});
