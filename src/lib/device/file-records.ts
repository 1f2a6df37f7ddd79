/** What is known of each file that this device keeps until the Hub has it: sealed, like everything else. */
import type { AttachmentId, CommandId, DocumentId, SectionKey } from '#sync/model/ids.ts';
import type { Reason } from '#sync/reasons.ts';
import type { PiecesOf } from './file-pieces.ts';
import { isUnsent, type Outbox } from './records.ts';
import { filesScope, type SealedStore, type View, type Write } from './sealed-store.ts';

/**
 * `keeping`: being read and sealed; a crash now leaves nothing. `chosen`: kept whole, and not yet added: nobody has said
 * what it is. `waiting`: its announcement is in the queue.
 * `announced`: the Hub knows of it, its bytes travel. `ready`: the Hub has it, the bytes here are gone; the record stays
 * until the Hub's own line about it came. `held`: the Hub has it and shows it to nobody yet; the bytes stay here too.
 * `refused`: with the reason; the bytes stay until the person takes them away.
 */
export type FileStage = 'keeping' | 'chosen' | 'waiting' | 'announced' | 'ready' | 'held' | 'refused';

export interface KeptFile {
  readonly id: AttachmentId;
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** Empty until somebody has said it. */
  readonly category: string;
  readonly datedOn?: string;
  /** Of the whole; known once it is kept. */
  readonly hash?: string;
  readonly made: number;
  /** Its own key, sealed. */
  readonly key: string;
  readonly stage: FileStage;
  readonly reason?: Reason;
  /** The command that announces it. */
  readonly command?: CommandId;
  /** The Hub knows it, whatever became of it. */
  readonly isKnown?: true;
}

/** Files that the Hub has not got; one whose announcement still waits is counted by that. */
export const unsentFiles = <File extends Pick<KeptFile, 'stage' | 'command'>>(
  files: readonly File[],
  { commands }: Outbox,
): readonly File[] =>
  files.filter(
    ({ stage, command }) =>
      stage === 'announced' || (stage === 'waiting' && !commands.some((one) => one.key === command && isUnsent(one))),
  );

export const refOfFile = (store: SealedStore, id: string): Promise<string> => store.ref('files', id);
export const piecesOf = async (store: SealedStore, { id, key, sizeBytes }: KeptFile): Promise<PiecesOf> => ({
  id,
  key,
  sizeBytes,
  ref: await refOfFile(store, id),
});

export const readFiles = async (store: SealedStore): Promise<readonly KeptFile[]> =>
  inOrder((await store.read(filesScope, wholeScope)).rows);
export const loadFiles = async (view: View): Promise<readonly KeptFile[]> =>
  inOrder((await view.load(filesScope, wholeScope)).rows);
export const fileWrite = (ref: string, value: KeptFile | undefined): Write => ({
  table: 'files',
  key: ref,
  scope: filesScope,
  value,
});

/** Changes one record if it is still there; answers what stands then. */
export async function changeFile(
  store: SealedStore,
  id: AttachmentId,
  change: (file: KeptFile) => KeptFile | undefined,
): Promise<KeptFile | undefined> {
  const ref = await refOfFile(store, id);
  return store.change(async (view) => {
    const file = (await loadFiles(view)).find((one) => one.id === id);
    const changed = file && change(file);
    return { writes: file === undefined || changed === file ? [] : [fileWrite(ref, changed)], value: changed };
  });
}

const wholeScope = { tables: ['files'] } as const;
const inOrder = (rows: readonly { readonly value: unknown }[]): readonly KeptFile[] =>
  rows.map(({ value }) => value as KeptFile).sort((a, b) => a.made - b.made || (a.id < b.id ? -1 : 1));
