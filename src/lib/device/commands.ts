/** Commands in the queue: made durable after the edits that they count on, kept until their answer was seen. */
import type { Command, CommandName } from '#sync/model/command.ts';
import { makeId, type CommandId, type DocumentId, type SectionKey } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import type { QueuedCommand } from './hub.ts';
import { loadOutbox, readOutbox } from './outbox.ts';
import { docRefOf, isUnsent, orderWrite, type KeptDocument, type OutboxCommand, type QueuedOrder } from './records.ts';
import { repeating } from './repeating.ts';
import { outboxScope } from './sealed-store.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

export interface NewCommand {
  readonly doc: DocumentId;
  readonly name: CommandName;
  readonly args: Command['args'];
  /** The `ver` of each section as it stood on the sender's screen. */
  readonly seen: Readonly<Record<SectionKey, number>>;
  /** With `start`: the draft that begins here. */
  readonly begins?: KeptDocument;
}

export async function queueCommand(account: Account, wanted: NewCommand): Promise<CommandId> {
  const { store, ports, news } = account;
  const { doc, name, args, seen } = wanted;
  const docRef = await docRefOf(store, doc);
  const id = makeId<CommandId>(ports.random);
  await store.change(async (view) => {
    const outbox = await loadOutbox(view);
    const last = outbox.edits.findLast((row) => row.value.doc === doc && isUnsent(row));
    const after = last === undefined ? {} : { after: [last.value.pen, last.value.edit.n] as const };
    const value: OutboxCommand = { command: { id, doc, name, args, seen, ...after }, made: ports.now() };
    const begins =
      wanted.begins === undefined
        ? []
        : [{ table: 'documents' as const, key: docRef, scope: docRef, value: wanted.begins }];
    return { writes: [...begins, orderWrite(docRef, view.sequence(), value)], value: undefined };
  });
  news.tell({ t: 'wrote', docRef, what: 'command' });
  return id;
}

/** Takes back what was not sent, or dismisses what was answered. A draft's start is part of the draft. */
export async function forgetCommand({ store, news }: Account, id: CommandId): Promise<boolean> {
  const docRef = await store.change(async (view) => {
    const order = (await loadOutbox(view)).commands.find((row) => row.key === id);
    const isBound =
      order === undefined ||
      order.state === 'sent' ||
      (order.value.command.name === 'start' && order.state === 'waiting');
    if (isBound) return { writes: [], value: undefined };
    return { writes: [{ table: 'commands', key: id, scope: outboxScope, value: undefined }], value: order.docRef };
  });
  if (docRef !== undefined) news.tell({ t: 'wrote', docRef, what: 'command' });
  return docRef !== undefined;
}

export function watchCommands(account: Account): { readonly orders: Watched<readonly QueuedCommand[]>; stop(): void } {
  const orders = watched<readonly QueuedCommand[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  const reads = repeating(
    async () => orders.set((await readOutbox(account.store)).commands.map(viewOf)),
    troubleAsResult,
  );
  const stop = account.news.on((message) => {
    if (message.t === 'folded' || message.t === 'missed' || (message.t === 'wrote' && message.what === 'command'))
      reads.ask();
  });
  reads.ask();
  return { orders, stop };
}

const viewOf = ({ state, value }: QueuedOrder): QueuedCommand => {
  const { id, doc, name, args } = value.command;
  const { verdict } = value;
  return {
    id,
    doc,
    name,
    args,
    made: value.made,
    state,
    ...(verdict !== undefined && { verdict }),
    ...(verdict?.is === 'refused' && { reason: verdict.reason }),
  };
};
