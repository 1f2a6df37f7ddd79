/** One person's store while it is open in this tab, with what the parts of the device tell each other. */
import type { AuthorityId, DeviceId, PersonId } from '#sync/model/ids.ts';
import type { By } from '#sync/protocol/changes.ts';
import type { RoleName } from '#sync/roles/index.ts';
import type { DevicePorts, TabMessage } from './ports.ts';
import type { SealedStore } from './sealed-store.ts';

export interface Owner {
  readonly person: PersonId;
  readonly name: string;
  /** As the Hub has them; a store that was last opened by an older app lacks them until the next contact. */
  readonly email?: string;
  readonly phone?: string;
  readonly roles: readonly RoleName[];
  readonly authority: { readonly id: AuthorityId; readonly name: string };
}

export interface Account {
  readonly ref: string;
  readonly owner: Owner;
  readonly device: DeviceId;
  readonly signing: CryptoKeyPair;
  readonly store: SealedStore;
  readonly ports: DevicePorts;
  readonly news: News;
}

/** News of this account, from this tab and from others. */
export interface News {
  tell(message: AccountNews): void;
  /** This tab stood still: whoever listens reads anew what it draws. */
  missed(): void;
  on(listener: (message: TabMessage, isFromHere: boolean) => void): () => void;
  close(): void;
}
export type AccountNews = TabMessage extends infer M ? (M extends TabMessage ? Omit<M, 'account'> : never) : never;

export function openNews(account: string, ports: DevicePorts): News {
  const listeners = new Set<(message: TabMessage, isFromHere: boolean) => void>();
  const hear = (message: TabMessage, isFromHere: boolean) => {
    if (message.account === account) for (const listener of [...listeners]) listener(message, isFromHere);
  };
  const missed = () => hear({ t: 'missed', account }, true);
  const stops = [ports.tabs.listen((message) => hear(message, false)), ports.signals.onThaw(missed)];
  return {
    tell(news) {
      const message = { ...news, account } as TabMessage;
      hear(message, true);
      ports.tabs.tell(message);
    },
    missed,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      stops.forEach((stop) => stop());
      listeners.clear();
    },
  };
}

export const byOf = ({ owner }: Account): By => ({ id: owner.person, name: owner.name, role: owner.roles[0] ?? '' });
