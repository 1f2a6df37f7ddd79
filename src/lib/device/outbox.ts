/**
 * What this device has to say, in the order in which it was made. A waiting edit may take a later value of the same
 * field; from the moment it was put into a request it is frozen, because the Hub may know it already.
 */
import { addressOf, type Address, type DocumentId, type SectionKey } from '#sync/model/ids.ts';
import type { Edit } from '#sync/model/edit.ts';
import { base64OfBytes, bytesOfBase64 } from '#sync/model/base64.ts';
import {
  editWrite,
  isUnsent,
  stateOf,
  type Outbox,
  type OutboxCommand,
  type OutboxEdit,
  type Queued,
  type QueuedEdit,
  type QueuedOrder,
  type Settings,
} from './records.ts';
import type { Loaded } from './sealed-reading.ts';
import { accountScope, outboxScope, type SealedStore, type View } from './sealed-store.ts';

/** Waiting updates of one text are merged up to here; a bigger one would be sealed anew, whole, at every key. */
export const mergedTextBytesMax = 4 * 1024;

export const wholeOutbox = { tables: ['outbox', 'commands'] } as const;

/** Its own row alone: it is read at every turn, and its neighbours in the table can be large. */
const settingsRow = { rows: [['settings', 'settings']] } as const;

export const readOutbox = async (store: Pick<SealedStore, 'read'>): Promise<Outbox> =>
  outboxOf(await store.read(outboxScope, wholeOutbox));
export const loadOutbox = async (view: View): Promise<Outbox> => outboxOf(await view.load(outboxScope, wholeOutbox));
export const loadSettings = async (view: View): Promise<Settings> =>
  settingsOf(await view.load(accountScope, settingsRow));
export const readSettings = async (store: SealedStore): Promise<Settings> =>
  settingsOf(await store.read(accountScope, settingsRow));
/** What its person counts: that they looked at something is sent too, and is nothing of theirs to lose. */
export const countUnsent = ({ edits, commands }: Outbox, doc?: DocumentId): number =>
  edits.filter((one) => isUnsent(one) && (doc === undefined || one.value.doc === doc)).length +
  commands.filter(
    (one) =>
      isUnsent(one) &&
      one.value.command.name !== 'note-opening' &&
      (doc === undefined || one.value.command.doc === doc),
  ).length;
export const hasUnsent = ({ edits, commands }: Outbox): boolean => edits.some(isUnsent) || commands.some(isUnsent);

/** The row that takes one more edit: the last one of the same address, if it still waits and nothing stands between. */
export interface Open {
  readonly key: string;
  readonly run: number;
  readonly kind: Edit['kind'];
}

/** Which rows of one pen may still change. Lives in memory with its pen; a pen is never taken up again. */
export interface Coalescing {
  openFor(edit: Pick<Edit, 'kind' | 'holder' | 'field'>, run: number): Open | undefined;
  written(key: string, edit: Pick<Edit, 'kind' | 'holder' | 'field'>, run: number): void;
  /** From here on only new rows: a command was queued, or the pen changed. */
  close(): void;
}

export function coalescing(): Coalescing {
  const open = new Map<Address, Open>();
  return {
    openFor(edit, run) {
      const known = open.get(addressOf(edit.holder, edit.field));
      return known !== undefined &&
        known.run === run &&
        known.kind === edit.kind &&
        (edit.kind === 'set' || edit.kind === 'text')
        ? known
        : undefined;
    },
    written(key, edit, run) {
      // Whatever changes a whole item, or settles a field, must keep its place after the values that stood before it.
      if (edit.kind !== 'set' && edit.kind !== 'text') open.clear();
      else open.set(addressOf(edit.holder, edit.field), { key, run, kind: edit.kind });
    },
    close: () => open.clear(),
  };
}

/** Everything of an edit but its number. */
export type DraftEdit = Omit<OutboxEdit, 'edit'> & { readonly edit: Omit<Edit, 'n'> };

/** Makes the edit durable, in the row that is open for it or under the number `n`. */
export function queueEdit(
  store: SealedStore,
  docRef: string,
  draft: DraftEdit,
  n: number,
  open: Open | undefined,
): Promise<{ readonly row: QueuedEdit; readonly isNew: boolean }> {
  return store.change(async (view) => {
    const plan = (value: OutboxEdit, seq: number, isNew: boolean) => {
      const write = editWrite(docRef, seq, value);
      const row: QueuedEdit = { key: write.key, docRef, seq, state: stateOf(value), value };
      return { writes: [write], value: { row, isNew } };
    };
    const loaded = await view.load(outboxScope, { rows: open === undefined ? [] : [['outbox', open.key]] });
    const standing = loaded.rows[0];
    const before = standing?.value as OutboxEdit | undefined;
    const joined =
      before !== undefined && standing?.row.seq !== undefined && stateOf(before) === 'waiting'
        ? await join(before, draft)
        : undefined;
    if (joined !== undefined && standing?.row.seq !== undefined) return plan(joined, standing.row.seq, false);
    return plan({ ...draft, edit: { ...draft.edit, n } }, view.sequence(), true);
  });
}

/** Keeps the first base, the place and the number; takes the later words and time. */
async function join(before: OutboxEdit, draft: DraftEdit): Promise<OutboxEdit | undefined> {
  if (draft.edit.kind === 'set')
    return { ...before, edit: { ...before.edit, value: draft.edit.value, made: draft.edit.made } };
  const [first, second] = [bytesOfBase64(before.edit.value), bytesOfBase64(draft.edit.value)];
  if (first === undefined || second === undefined || first.length + second.length > mergedTextBytesMax)
    return undefined;
  const { mergeUpdates } = await import('yjs');
  const value = base64OfBytes(mergeUpdates([first, second]));
  return { ...before, edit: { ...before.edit, value, made: draft.edit.made } };
}

/** The outbox as it stands once this row was written. */
export const withRow = (outbox: Outbox, row: QueuedEdit): Outbox => ({
  ...outbox,
  edits: [...outbox.edits.filter((one) => one.key !== row.key), row].sort((a, b) => a.seq - b.seq),
});

/** Two edits can travel in one run when their authors had seen the same. */
export function isSameBase(a: Readonly<Record<SectionKey, number>>, b: Readonly<Record<SectionKey, number>>): boolean {
  const keys = Object.keys(a) as SectionKey[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function outboxOf(loaded: Loaded): Outbox {
  const edits: QueuedEdit[] = [];
  const commands: QueuedOrder[] = [];
  for (const { table, row, value } of loaded.rows) {
    const queued = <T extends OutboxEdit | OutboxCommand>(inside: T): Queued<T> => ({
      key: row.key,
      docRef: row.docRef ?? '',
      seq: row.seq ?? 0,
      state: stateOf(inside),
      value: inside,
    });
    if (table === 'outbox') edits.push(queued(value as OutboxEdit));
    else commands.push(queued(value as OutboxCommand));
  }
  const bySeq = (a: { seq: number }, b: { seq: number }) => a.seq - b.seq;
  return { edits: edits.sort(bySeq), commands: commands.sort(bySeq) };
}

const settingsOf = (loaded: Loaded): Settings =>
  (loaded.rows.find(({ row }) => row.key === 'settings')?.value ?? {}) as Settings;
