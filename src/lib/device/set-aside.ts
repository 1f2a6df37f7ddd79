/** One's own words that stand in no document: kept on this device with the reason, until their author decides. */
import type { CommandVerdict } from '#sync/model/command.ts';
import type { Json } from '#sync/model/edit.ts';
import type { EditId } from '#sync/model/ids.ts';
import type { Verdict } from '#sync/model/verdict.ts';
import type { Account } from './account.ts';
import { loadOutbox } from './outbox.ts';
import { orderWrite, type KeptMine, type OutboxEdit } from './records.ts';
import { outboxScope, type Write } from './sealed-store.ts';

/** One's own words, kept on this device because they stand nowhere else. */
export async function setAside(
  { key, value }: { readonly key: string; readonly value: OutboxEdit },
  verdict: Verdict,
  at: number,
): Promise<KeptMine> {
  const { kind, holder, field } = value.edit;
  return {
    id: `here.${key}`,
    edit: key as EditId,
    doc: value.doc,
    what: verdict.is === 'parked' ? 'parked' : 'refused',
    holder,
    field,
    value: kind === 'text' ? await textWords([value.edit.value]) : value.edit.value,
    at,
    done: false,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    ...(kind === 'text' && { isText: true as const }),
  };
}

/** What texts say is worked out only where somebody reads it: that needs Yjs. */
export async function textWords(values: readonly Json[]): Promise<string> {
  const { wordsOfTexts } = await import('#sync/fold/text-words.ts');
  return wordsOfTexts(values);
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
      writes: [await mineWrite(account, row.docRef, await setAside(row, verdict, account.ports.now())), gone],
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
