/**
 * The service worker's registration. A new version waits until the person agrees or the page is opened anew; before it
 * takes over, everything typed is made durable, so that an update never costs a word.
 */
import { watched, type Watched } from '#lib/device/watched.ts';

export interface Update {
  /** A new version is waiting. */
  readonly isReady: Watched<boolean>;
  /** Takes it: `before` makes the words durable, then the page is loaded anew. */
  take(before: () => Promise<unknown>): Promise<void>;
}

const hourMs = 3_600_000;
/** Long enough after the start that nothing a person waits for is held up. */
const quietMs = 20_000;

export function watchForUpdates(): Update {
  const isReady = watched(false);
  let activate: (() => void) | undefined;
  // Without a service worker the app still works while there is a connection: private windows of some browsers have none.
  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    void import('workbox-window').then(({ Workbox }) => {
      const workbox = new Workbox('/service-worker.js', { type: 'module', updateViaCache: 'none' });
      workbox.addEventListener('waiting', () => {
        activate = () => workbox.messageSkipWaiting();
        isReady.set(true);
      });
      workbox.addEventListener('controlling', (event) => {
        if (event.isUpdate === true) location.reload();
      });
      void workbox.register();
      setTimeout(() => void keepLetters(), quietMs);
      setInterval(() => void workbox.update(), hourMs);
    });
  }
  return {
    isReady,
    async take(before) {
      await before();
      activate?.();
    },
  };
}

/** The letters of PDF are fetched ahead, unless the person pays for every megabyte. */
async function keepLetters(): Promise<void> {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData === true || !navigator.onLine) return;
  await navigator.serviceWorker.ready;
  await (await import('#lib/print/pdf-client.ts')).keepLetters();
}
