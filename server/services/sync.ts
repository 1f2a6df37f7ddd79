/** What the sync services work with, opened once when the server starts. */
import type { Ports } from '#server/ports.ts';
import type { Storage } from '#server/storage/database.ts';
import { noPlace, type SecondPlace } from '#server/adapters/second-place/second-place.ts';
import { cursorCipher, type CursorCipher } from './cursor.ts';
import { watchEpochs, type Epochs } from './epochs.ts';
import { feedListeners, type FeedListeners } from './feed.ts';
import { loadForms, type Forms } from './forms.ts';
import { groupCommit, type GroupCommit } from './group-commit.ts';
import type { Keys } from './keys.ts';
import { listSnapshots, type ListSnapshots } from './list-snapshots.ts';
import { openPresence, type Presence } from './presence.ts';
import { presenceBus } from './presence-bus.ts';
import type { TextWork } from '#server/adapters/text-work/text-work.ts';
import { workInThread } from '#server/adapters/text-work/thread.ts';
import type { FileWork } from '#server/adapters/file-work/file-work.ts';
import { workInProcess } from '#server/adapters/file-work/process.ts';
import type { Deps } from './deps.ts';
import { noBackup, type Safety } from './safety.ts';
import { receiptSigner, type ReceiptSigner } from './run-commands-receipt.ts';

export interface SyncOptions {
  readonly storage: Storage;
  readonly ports: Ports;
  readonly keys: Keys;
  /** The server's one secret: keys of cursors and receipts are derived from it. */
  readonly secret: string;
  /** What fails where nobody waits for it. */
  readonly log?: Deps['log'];
  /** Messages may be waiting: a commit has just returned. */
  wakeSender(): void;
  /** Forms of its own, for tests that must not change when a form does. */
  readonly forms?: Forms;
  /** What is written beside the database, for the day on which it is put back. */
  readonly place?: SecondPlace;
  readonly safety?: Safety;
  /** For a simulation, in which time stands still and no other thread may run. */
  readonly textWork?: TextWork;
  /** With limits of its own, for a test. */
  readonly fileWork?: FileWork;
}

export interface Sync extends Omit<SyncOptions, 'secret' | 'forms' | 'textWork' | 'fileWork' | 'place' | 'safety'> {
  readonly forms: Forms;
  readonly cursors: CursorCipher;
  readonly epochs: Epochs;
  readonly safety: Safety;
  readonly lists: ListSnapshots;
  readonly listeners: FeedListeners;
  readonly commits: GroupCommit;
  readonly receipts: ReceiptSigner;
  readonly textWork: TextWork;
  readonly fileWork: FileWork;
  readonly presence: Presence;
}

export async function openSync({
  storage,
  ports,
  keys,
  secret,
  wakeSender,
  forms: given,
  textWork,
  fileWork,
  place = noPlace,
  safety,
  log,
}: SyncOptions): Promise<Sync> {
  const forms = given ?? (await loadForms());
  const listeners = feedListeners(storage.others);
  const cursors = cursorCipher(secret);
  return {
    storage,
    ports,
    keys,
    wakeSender,
    ...(log !== undefined && { log }),
    forms,
    lists: listSnapshots({ storage, forms, ports }),
    listeners,
    cursors,
    safety: safety ?? noBackup(ports),
    epochs: watchEpochs({ storage, ports, cursors, place }),
    commits: groupCommit({ storage, ports, forms, listeners }),
    receipts: receiptSigner(secret, storage),
    textWork: textWork ?? workInThread(),
    fileWork: fileWork ?? workInProcess(),
    presence: openPresence(ports, presenceBus(storage.others)),
  };
}
