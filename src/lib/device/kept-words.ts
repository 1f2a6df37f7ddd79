/**
 * Words that a full device could not store when it was locked. They stay in the page's memory, sealed, and are the first
 * to be written when the same account is unlocked there.
 */
import type { Sealed } from './vault.ts';
import type { HeldEdit, Workspace } from './workspace.ts';

export interface KeptWords {
  /** Before the keys go. */
  keep(workspace: Workspace): Promise<void>;
  /** After they came back. */
  bringBack(workspace: Workspace): Promise<void>;
  /** While this is true the page must not be loaded anew. */
  isHolding(): boolean;
}

export function keptWords(): KeptWords {
  const sealedByAccount = new Map<string, Sealed>();
  return {
    async keep(workspace) {
      const unsaved = workspace.held();
      const { ref, store } = workspace.account;
      if (unsaved.length > 0) sealedByAccount.set(ref, await store.vault.seal('kept', ref, 1, unsaved));
    },
    async bringBack(workspace) {
      const { ref, store } = workspace.account;
      const sealed = sealedByAccount.get(ref);
      if (sealed === undefined) return;
      const unsaved = (await store.vault.open('kept', ref, 1, sealed)) as HeldEdit[];
      await workspace.bringBack(unsaved);
      sealedByAccount.delete(ref);
    },
    isHolding: () => sealedByAccount.size > 0,
  };
}
