/**
 * Who is here, from the one tab that has the stream to all that are open. Names travel between tabs sealed, as they lie
 * nowhere on the device; the last word is told again to a tab that was opened later.
 */
import type { Here } from '#sync/protocol/presence.ts';
import type { Account } from './account.ts';
import type { Sealed } from './vault.ts';
import { VaultDropped } from './worker-vault.ts';

const relays = new WeakMap<Account, (here: readonly Here[]) => void>();

export function passOn(account: Account, here: readonly Here[]): void {
  const relay = relays.get(account) ?? openRelay(account);
  relays.set(account, relay);
  relay(here);
}

function openRelay({ news, store }: Account): (here: readonly Here[]) => void {
  let last: readonly Here[] = [];
  const tell = () => {
    const told = last;
    void store.vault
      .seal(...place, told)
      .then((sealed) => {
        // A newer word, or the end of the stream, came while this one was being sealed.
        if (last === told) news.tell({ t: 'here', here: sealed });
      })
      .catch(whenLocked);
  };
  news.on((message) => {
    // What another stream told, or one that broke, holds no longer.
    if (message.t === 'stream') last = [];
    if (message.t === 'who-is-here' && last.length > 0) tell();
  });
  return (here) => {
    last = here;
    tell();
  };
}

/** Undefined when the store was locked meanwhile. */
export async function openedNews({ store }: Account, sealed: unknown): Promise<readonly Here[] | undefined> {
  try {
    return (await store.vault.open(...place, sealed as Sealed)) as readonly Here[];
  } catch (error) {
    whenLocked(error);
    return undefined;
  }
}
const place = ['here', 'news', 0] as const;

function whenLocked(error: unknown): void {
  if (!(error instanceof VaultDropped)) throw error;
}
