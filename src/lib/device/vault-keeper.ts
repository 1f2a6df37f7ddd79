/** Makes, unlocks and drops vaults. In the browser it lives in a worker of its own; tests and the simulation use it as it is. */
import type { RandomBytes } from '#sync/model/ids.ts';
import { base64Url, owned } from './bytes.ts';
import { makeSlot, openSlot, roundsMin, type PassSlot, type SlotFacts } from './pass-slot.ts';
import { dataKeyBytes, dataKeyOf, localVault, type Vault } from './vault.ts';

export interface SlotKeys {
  readonly slot: PassSlot;
  readonly password: string;
  readonly deviceKey: CryptoKey;
}
export type Unlocked =
  { readonly ok: true; readonly vault: Vault } | { readonly ok: false; readonly reason: 'wrong-passphrase' };

export interface VaultKeeper {
  /** A new data key and its slot. */
  create(facts: SlotFacts): Promise<{ readonly slot: PassSlot; readonly vault: Vault }>;
  unlock(keys: SlotKeys): Promise<Unlocked>;
  /** The same data key under another password, or under more rounds. */
  remake(keys: SlotKeys, wanted: SlotFacts): Promise<PassSlot | undefined>;
  /** Drops every key. Vaults given out before answer nothing any more. */
  drop(): void;
}

export function localKeeper(random: RandomBytes): VaultKeeper {
  return {
    async create(facts) {
      if (facts.rounds < roundsMin) throw new Error('a slot with too few rounds was asked for');
      const raw = owned(random(dataKeyBytes));
      const keyId = base64Url(random(6));
      const slot = await makeSlot(raw, keyId, facts, random);
      const dataKey = await dataKeyOf(raw);
      return { slot, vault: localVault({ dataKey, keyId, account: facts.account }, random) };
    },
    async unlock({ slot, password, deviceKey }) {
      const raw = await openSlot(slot, password, deviceKey);
      if (raw === undefined) return { ok: false, reason: 'wrong-passphrase' };
      const { keyId, account } = slot.header;
      return { ok: true, vault: localVault({ dataKey: await dataKeyOf(raw), keyId, account }, random) };
    },
    async remake({ slot, password, deviceKey }, wanted) {
      const raw = await openSlot(slot, password, deviceKey);
      if (raw === undefined) return undefined;
      const remade = await makeSlot(raw, slot.header.keyId, wanted, random);
      raw.fill(0);
      return remade;
    },
    drop: () => undefined,
  };
}
