/**
 * What the Hub called accepted is kept here, sealed like the outbox, until the Hub says that it lies in a backup; 35 days
 * where it never says so. When the Hub was put back to an earlier state, all of it goes into the outbox again, in the
 * order and under the names that it had: what the Hub knows gets its first verdict, and what it has lost is there again.
 * What cannot be taken yet, because others have not brought back what it stands in, waits here and is offered again.
 */
import { makeId, type DocumentId } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import type { OutboxCommand, OutboxEdit, Queued, QueuedEdit, QueuedOrder } from './records.ts';
import type { SealedStore, View, Write } from './sealed-store.ts';
import { mineWrite, setAside } from './set-aside.ts';

interface Kept {
  /** The Hub's clock when it answered. */
  readonly at: number;
  readonly edits: readonly Omit<QueuedEdit, 'state'>[];
  readonly orders: readonly Omit<QueuedOrder, 'state'>[];
}
/** Refused for now: a document that is not back yet. */
const waitingScope = 'kept.waiting';
/** Records of ten minutes share a scope, so that no answer seals a long list anew; names come round after 41 days. */
const scopeMs = 10 * 60_000;
const scopesMax = 6_000;
const keptMs = 35 * 24 * 60 * 60_000;
const whole = { tables: ['kept'] } as const;
const scopeOf = (at: number) => `kept.${String(Math.floor(at / scopeMs) % scopesMax)}`;

export interface Answered {
  readonly edits: readonly QueuedEdit[];
  readonly orders: readonly QueuedOrder[];
}

export function keep({ ports }: Account, { edits, orders }: Answered, at: number, isWaiting = false): Write[] {
  if (edits.length + orders.length === 0) return [];
  const kept: Kept = { at, edits: edits.map(withoutState), orders: orders.map(withoutState) };
  return [
    { table: 'kept', key: makeId<string>(ports.random), scope: isWaiting ? waitingScope : scopeOf(at), value: kept },
  ];
}

const withoutState = <T extends OutboxEdit | OutboxCommand>({ key, docRef, seq, value }: Queued<T>) => ({
  ...{ key, docRef, seq, value },
});

/** Puts what is kept among what is to be sent; of these documents alone, or all of it. The answer takes it out of here. */
export async function offerAgain(
  store: SealedStore,
  view: View,
  rows: Map<string, QueuedEdit>,
  orders: Map<string, QueuedOrder>,
  offered: 'all' | ReadonlySet<DocumentId>,
): Promise<Write[]> {
  const writes: Write[] = [];
  const isDue = (doc: DocumentId) => offered === 'all' || offered.has(doc);
  for (const scope of offered === 'all' ? await store.scopes('kept') : [waitingScope]) {
    for (const { row, value } of (await view.load(scope, whole)).rows) {
      const kept = value as Kept;
      for (const one of kept.edits) if (isDue(one.value.doc)) rows.set(one.key, asEdit(one));
      for (const one of kept.orders)
        if (isDue(one.value.command.doc)) orders.set(one.key, asOrder(one, orders.has(one.key)));
      const rest = {
        ...kept,
        edits: kept.edits.filter((one) => !isDue(one.value.doc)),
        orders: kept.orders.filter((one) => !isDue(one.value.command.doc)),
      };
      const isEmpty = rest.edits.length + rest.orders.length === 0;
      writes.push({ table: 'kept', key: row.key, scope, value: isEmpty ? undefined : rest });
    }
  }
  if (offered === 'all') {
    // Answered and not yet folded in; and what was never answered may stand in what the Hub has lost.
    for (const row of rows.values()) rows.set(row.key, asEdit(row));
    for (const order of orders.values()) if (order.state === 'sent') orders.set(order.key, asOrder(order, true));
  }
  return writes;
}

function asEdit({ key, docRef, seq, value }: Omit<QueuedEdit, 'state'>): QueuedEdit {
  const { verdict, gaps: _, ...rest } = value;
  const isSent = verdict !== undefined || rest.isSent === true;
  return {
    ...{ key, docRef, seq, state: isSent ? 'sent' : 'waiting' },
    value: { ...rest, isAgain: true, ...(isSent && { isSent }) },
  };
}

function asOrder({ key, docRef, seq, value }: Omit<QueuedOrder, 'state'>, isShown: boolean): QueuedOrder {
  const { verdict, command, made } = value;
  const receipt = verdict?.is === 'done' ? verdict.result.receipt : undefined;
  const again = { ...command, ...(typeof receipt === 'string' && { receipt }) };
  const isAgain = isShown ? {} : { isAgain: true as const };
  return { key, docRef, seq, state: 'sent', value: { command: again, made, isSent: true, ...isAgain } };
}

const lastSafe = new WeakMap<Account, number>();

/** Takes away what lies in a backup, and what is older than it need be. Words that found no place go to their author. */
export async function forgetSafe(account: Account, safe = 0, hubNow: number | undefined): Promise<void> {
  const { store, ports } = account;
  if (lastSafe.get(account) === safe) return;
  lastSafe.set(account, safe);
  // How old something is, the Hub's clock says, which dated it: one's own can be wrong by years.
  const now = hubNow ?? ports.now();
  const young = new Set(Array.from({ length: keptMs / scopeMs + 1 }, (_, at) => scopeOf(now - at * scopeMs)));
  for (const scope of await store.scopes('kept')) {
    const isWaiting = scope === waitingScope;
    if (!scope.startsWith('kept.') || (!isWaiting && safe === 0 && young.has(scope))) continue;
    await store.change(async (view) => {
      const writes: Write[] = [];
      for (const { row, value } of (await view.load(scope, whole)).rows) {
        const { at, edits } = value as Kept;
        if (at >= (isWaiting ? 0 : safe) && at >= now - keptMs) continue;
        if (isWaiting)
          for (const one of edits) {
            await view.load(one.docRef, { rows: [] });
            writes.push(
              await mineWrite(
                account,
                one.docRef,
                await setAside(one, { is: 'refused', ver: 0, reason: 'not-found' }, ports.now()),
              ),
            );
          }
        writes.push({ table: 'kept', key: row.key, scope, value: undefined });
      }
      return { writes, value: undefined };
    });
  }
}
