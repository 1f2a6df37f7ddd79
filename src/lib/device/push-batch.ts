/**
 * Puts together one request. What goes into it is frozen on disk before the request leaves: after a crash the very same
 * edits are sent again, and the Hub knows them by their names.
 */
import type { DocumentId } from '#sync/model/ids.ts';
import { editsPerPushMax, pushBytesMax } from '#sync/protocol/limits.ts';
import type { Push, Run, WireEdit } from '#sync/protocol/push.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { Account } from './account.ts';
import { utf8, type Bytes } from './bytes.ts';
import { isSameBase, loadOutbox, loadSettings } from './outbox.ts';
import {
  editWrite,
  isUnsent,
  orderWrite,
  settingsWrite,
  type Outbox,
  type QueuedEdit,
  type QueuedOrder,
} from './records.ts';

export interface Batch {
  readonly push: Push;
  readonly edits: readonly QueuedEdit[];
  readonly commands: readonly QueuedOrder[];
  /** More waits behind what fits in. */
  readonly isMore: boolean;
}

const commandsPerPushMax = 50;
const wantPerPushMax = 200;
/** Room for the frame around edits: ids, bases, brackets. */
const bytesForEdits = pushBytesMax - 64 * 1024;

export interface Wishes {
  readonly pull: boolean;
  /** At most so many edits and commands, when the Hub refused a larger request whole. */
  readonly limit: number;
  readonly hasJumped: boolean;
}

/** Marks the rows as sent, durably, and answers the request that holds them. */
export async function freezeBatch(account: Account, wishes: Wishes): Promise<Batch> {
  const { ports, store } = account;
  return store.change(async (view) => {
    const outbox = await loadOutbox(view);
    const settings = await loadSettings(view);
    const chosen = choose(outbox, wishes);
    const edits = chosen.edits.map((row): QueuedEdit =>
      row.value.isSent ? row : { ...row, state: 'sent', value: { ...row.value, isSent: true } },
    );
    const commands = chosen.commands.map((row): QueuedOrder =>
      row.value.isSent ? row : { ...row, state: 'sent', value: { ...row.value, isSent: true } },
    );
    const jumped =
      wishes.hasJumped || settings.jumped === true || edits.some((row) => row.value.edit.made > ports.now());
    const writes = [
      ...edits.filter((row) => !chosen.edits.includes(row)).map((row) => editWrite(row.docRef, row.seq, row.value)),
      ...commands
        .filter((row) => !chosen.commands.includes(row))
        .map((row) => orderWrite(row.docRef, row.seq, row.value)),
      ...(jumped && settings.jumped !== true && edits.length > 0 ? [settingsWrite({ ...settings, jumped: true })] : []),
    ];
    const push: Push = {
      v: protocolVersion,
      account: account.owner.person,
      device: account.device,
      sent: ports.now(),
      jumped,
      cursor: settings.cursor ?? null,
      pull: wishes.pull,
      want: (settings.want ?? []).slice(0, wantPerPushMax) as DocumentId[],
      runs: runsOf(edits, settings.history),
      commands: commands.map((row) => row.value.command as Push['commands'][number]),
    };
    return { writes, value: { push, edits, commands, isMore: chosen.isMore } };
  });
}

/**
 * The oldest that fit. A command goes only together with, or after, every edit that it counts on. With a pull goes what was
 * answered and has not come back yet: a Hub that knows it answers the same again, and one that was put back in between,
 * which no cursor of this device shows, has it anew.
 */
function choose(
  outbox: Outbox,
  { limit, pull }: Wishes,
): { edits: QueuedEdit[]; commands: QueuedOrder[]; isMore: boolean } {
  const edits: QueuedEdit[] = [];
  const commands: QueuedOrder[] = [];
  const all = [
    ...outbox.edits.map((row) => ({ row, isEdit: true as const })),
    ...outbox.commands.map((row) => ({ row, isEdit: false as const })),
  ]
    .filter(({ row, isEdit }) => isUnsent(row) || (pull && isEdit))
    .sort((a, b) => a.row.seq - b.row.seq);
  let bytes = 0;
  for (const { row, isEdit } of all) {
    const size = utf8(JSON.stringify(row.value)).length;
    const isFull = edits.length + commands.length >= limit || (bytes > 0 && bytes + size > bytesForEdits);
    if (isFull || (isEdit ? edits.length >= editsPerPushMax : commands.length >= commandsPerPushMax)) break;
    bytes += size;
    if (isEdit) edits.push(row);
    else commands.push(row);
  }
  return { edits, commands, isMore: edits.length + commands.length < all.length };
}

function runsOf(edits: readonly QueuedEdit[], history: string | undefined): Run[] {
  const runs: Run[] = [];
  let last: (Omit<Run, 'edits'> & { edits: WireEdit[] }) | undefined;
  for (const { value } of edits) {
    const { n, kind, holder, field, value: words, made } = value.edit;
    const past = value.history === history ? {} : { past: true as const };
    if (
      last === undefined ||
      last.pen !== value.pen ||
      last.form !== value.form ||
      last.past !== past.past ||
      !isSameBase(last.base, value.base)
    ) {
      last = { doc: value.doc, pen: value.pen, form: value.form, base: { ...value.base }, ...past, edits: [] };
      runs.push(last);
    }
    last.edits.push([n, kind, holder, field, words, made]);
  }
  return runs;
}

export const gzip = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  );
