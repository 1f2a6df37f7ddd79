/** What the sync loop is at, as all tabs are told. It says nothing of what is saved: that is read from the outbox. */
export type Activity =
  | { readonly is: 'idle' }
  | { readonly is: 'sending' }
  | { readonly is: 'waiting'; readonly reason: 'offline' | 'busy' }
  | { readonly is: 'signed-out' }
  | { readonly is: 'stopped'; readonly reason: 'other-person' | 'app-too-old' };

export const isSameActivity = (a: Activity, b: Activity): boolean => JSON.stringify(a) === JSON.stringify(b);
