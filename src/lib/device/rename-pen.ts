/** The Hub knows other edits by this pen's name (a restored phone, a copied profile): same words, new pen. */
import { makeId, type PenId, type RandomBytes } from '#sync/model/ids.ts';
import { keyOfEdit, type OutboxEdit, type QueuedEdit, type QueuedOrder } from './records.ts';

export interface Renamed {
  readonly from: string;
  readonly to: string;
  /** The last number used under the new name. */
  readonly next: number;
}

/** Changes `rows` and `orders` in place. The base stays: the words were typed over what was seen then. */
export function renamePen(
  pen: string,
  rows: Map<string, QueuedEdit>,
  orders: Map<string, QueuedOrder>,
  random: RandomBytes,
): Renamed {
  const to = makeId<PenId>(random);
  const newNumbers = new Map<number, number>();
  const moved = [...rows.values()]
    .filter((row) => row.value.pen === pen && row.state !== 'answered')
    .sort((a, b) => a.value.edit.n - b.value.edit.n);
  for (const row of moved) {
    rows.delete(row.key);
    const { isSent: _, gaps: __, ...kept } = row.value;
    // A text update carries its pen's client id inside and cannot be said under another: its words step aside.
    if (row.value.edit.kind === 'text') {
      rows.set(row.key, {
        ...row,
        state: 'answered',
        value: { ...row.value, verdict: { is: 'refused', ver: 0, reason: 'id-taken' } },
      });
      continue;
    }
    const n = newNumbers.size + 1;
    newNumbers.set(row.value.edit.n, n);
    const value: OutboxEdit = { ...kept, pen: to, edit: { ...row.value.edit, n }, isRenamed: true };
    rows.set(keyOfEdit(value), { ...row, key: keyOfEdit(value), state: 'waiting', value });
  }
  for (const order of [...orders.values()]) {
    const { after } = order.value.command;
    if (after === undefined || after[0] !== pen || order.state === 'answered') continue;
    const last = Math.max(0, ...[...newNumbers].filter(([n]) => n <= after[1]).map(([, n]) => n));
    if (last > 0)
      orders.set(order.key, {
        ...order,
        value: { ...order.value, command: { ...order.value.command, after: [to, last] } },
      });
  }
  return { from: pen, to, next: newNumbers.size };
}
