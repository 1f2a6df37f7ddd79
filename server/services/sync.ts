/** What the sync services work with, opened once when the server starts. */
import type { Ports } from '#server/ports.ts';
import type { Storage } from '#server/storage/database.ts';
import { cursorCipher, type CursorCipher } from './cursor.ts';
import { feedListeners, type FeedListeners } from './feed.ts';
import { loadForms, type Forms } from './forms.ts';
import { groupCommit, type GroupCommit } from './group-commit.ts';
import type { Keys } from './keys.ts';
import { receiptSigner, type ReceiptSigner } from './run-commands-receipt.ts';

export interface SyncOptions {
  readonly storage: Storage;
  readonly ports: Ports;
  readonly keys: Keys;
  /** The server's one secret: keys of cursors and receipts are derived from it. */
  readonly secret: string;
  /** Messages may be waiting: a commit has just returned. */
  wakeSender(): void;
  /** Forms of its own, for tests that must not change when a form does. */
  readonly forms?: Forms;
}

export interface Sync extends Omit<SyncOptions, 'secret' | 'forms'> {
  readonly forms: Forms;
  readonly cursors: CursorCipher;
  readonly listeners: FeedListeners;
  readonly commits: GroupCommit;
  readonly receipts: ReceiptSigner;
}

export async function openSync({ storage, ports, keys, secret, wakeSender, forms: given }: SyncOptions): Promise<Sync> {
  const forms = given ?? (await loadForms());
  const listeners = feedListeners();
  return {
    storage,
    ports,
    keys,
    wakeSender,
    forms,
    listeners,
    cursors: cursorCipher(secret),
    commits: groupCommit({ storage, ports, forms, listeners }),
    receipts: receiptSigner(secret, storage),
  };
}
