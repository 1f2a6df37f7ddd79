import { keepLetters as fetchLetters } from '#lib/print/pdf-client.ts';

/** The letters of PDF are fetched ahead, unless the person pays for every megabyte. */
export async function keepLetters(): Promise<void> {
  const { connection } = navigator as { connection?: { saveData?: boolean; type?: string } };
  if (connection?.saveData === true || !navigator.onLine) return;
  await underControl();
  await fetchLetters(connection?.type !== 'cellular');
}

/**
 * What this page fetches passes through the service worker, which keeps it. A worker that is «ready» need not have
 * taken over the page yet.
 */
async function underControl(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller !== null) return;
  await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
}
