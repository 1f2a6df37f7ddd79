/**
 * The service worker's registration. A new version waits until the person agrees or the page is opened anew; before it
 * takes over, everything typed is made durable, in every tab, so that an update never costs a word. A tab whose words
 * cannot be stored stays as it is.
 */
import type { Hub } from '#lib/device/hub.ts';
import { workerAddress } from '#lib/device/worker-address.ts';
import { watched, type Watched } from '#lib/device/watched.ts';

export interface Update {
  /** A new version is waiting. */
  readonly isReady: Watched<boolean>;
  /** Takes it: the words are made durable, then the page is loaded anew. */
  take(): Promise<void>;
}

const hourMs = 3_600_000;
/** Long enough after the start that nothing a person waits for is held up. */
const quietMs = 20_000;

export function watchForUpdates(hub: Pick<Hub, 'keep'>): Update {
  const isReady = watched(false);
  let activate: (() => void) | undefined;
  // Without a service worker the app still works while there is a connection: private windows of some browsers have none.
  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    void import('workbox-window').then(({ Workbox }) => {
      const workbox = new Workbox(workerAddress('/service-worker.js'), { type: 'module', updateViaCache: 'none' });
      workbox.addEventListener('waiting', () => {
        activate = () => workbox.messageSkipWaiting();
        isReady.set(true);
      });
      workbox.addEventListener('controlling', (event) => {
        // Another tab may have asked for it, while somebody types in this one.
        if (event.isUpdate === true) void loadAnew(hub);
      });
      void workbox.register();
      setTimeout(keepLetters, quietMs);
      setInterval(() => {
        void workbox.update();
        keepLetters();
      }, hourMs);
    });
  }
  return {
    isReady,
    async take() {
      if ((await hub.keep()).ok) activate?.();
    },
  };
}

/** Not when words are on this page only: then it stays, and its warning says why. */
export async function loadAnew(hub: Pick<Hub, 'keep'>): Promise<void> {
  // No key may fall between what was made durable and the end of this page.
  document.body.inert = true;
  if ((await hub.keep()).ok) location.reload();
  else document.body.inert = false;
}

const keepLetters = (): void => void import('./keep-letters.ts').then((letters) => letters.keepLetters());
