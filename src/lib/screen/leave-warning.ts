/**
 * Asks before the page is left, exactly while only this page has words that the device could not store. At any other
 * time what was typed is on the device, and a warning would be untrue.
 */
import type { Hub } from '#lib/device/hub.ts';

export function warnOnLeaving(hub: Pick<Hub, 'hasLooseWords'>): () => void {
  const leaving = (event: BeforeUnloadEvent) => {
    if (hub.hasLooseWords()) event.preventDefault();
  };
  addEventListener('beforeunload', leaving);
  return () => removeEventListener('beforeunload', leaving);
}
