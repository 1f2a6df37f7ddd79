/** What the browser says of the connection: a hint for the screen. Whether words arrived is known from the outbox alone. */
import { readable } from 'svelte/store';

export const online = readable(navigator.onLine, (set) => {
  const look = () => set(navigator.onLine);
  look();
  addEventListener('online', look);
  addEventListener('offline', look);
  return () => {
    removeEventListener('online', look);
    removeEventListener('offline', look);
  };
});
