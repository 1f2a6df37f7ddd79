/** One's own words that stand in no document: kept on this device with the reason, until their author decides. */
import type { CommandVerdict } from '#sync/model/command.ts';
import type { EditId } from '#sync/model/ids.ts';
import type { Verdict } from '#sync/model/verdict.ts';
import type { Account } from './account.ts';
import { loadOutbox } from './outbox.ts';
import { orderWrite, type KeptMine, type OutboxEdit } from './records.ts';
import { outboxScope, type Write } from './sealed-store.ts';

/** One's own words, kept on this device because they stand nowhere else. */
export function setAside(
  { key, value }: { readonly key: string; readonly value: OutboxEdit },
  verdict: Verdict,
  at: number,
): KeptMine {
  const { kind, holder, field, value: words } = value.edit;
  return {
    id: `here.${key}`,
    edit: key as EditId,
    doc: value.doc,
    what: verdict.is === 'parked' ? 'parked' : 'refused',
    holder,
    field,
    value: words,
    at,
    done: false,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(kind === 'text' && { isText: true as const }),
    ...(kind === 'text' && value.tree !== undefined && { tree: value.tree }),
  };
}

export const mineWrite = async ({ store }: Account, docRef: string, mine: KeptMine): Promise<Write> => ({
  table: 'mine',
  key: await store.ref('mine', `${mine.doc} ${mine.id}`),
  scope: docRef,
  value: mine,
});

/** A queued edit that the Hub cannot even read, alone in its request: it steps aside with its words. */
export async function stepAside(account: Account, key: string, verdict: Verdict): Promise<void> {
  const docRef = await account.store.change(async (view) => {
    const outbox = await loadOutbox(view);
    const row = outbox.edits.find((one) => one.key === key);
    if (row === undefined) return { writes: [], value: undefined };
    await view.load(row.docRef, { rows: [] });
    const gone: Write = { table: 'outbox', key, scope: outboxScope, value: undefined };
    return {
      writes: [await mineWrite(account, row.docRef, setAside(row, verdict, account.ports.now())), gone],
      value: row.docRef,
    };
  });
  if (docRef !== undefined) account.news.tell({ t: 'folded', docRefs: [docRef] });
}

/** The same for a command. */
export async function refuseCommand(account: Account, key: string): Promise<void> {
  const docRef = await account.store.change(async (view) => {
    const order = (await loadOutbox(view)).commands.find((one) => one.key === key);
    if (order === undefined) return { writes: [], value: undefined };
    const verdict: CommandVerdict = { is: 'refused', reason: 'invalid-value' };
    return { writes: [orderWrite(order.docRef, order.seq, { ...order.value, verdict })], value: order.docRef };
  });
  if (docRef !== undefined) account.news.tell({ t: 'folded', docRefs: [docRef] });
}
