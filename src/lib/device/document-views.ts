/** How fields and one's own set-aside words look to a form component. */
import type { Json, PlacedEdit, SettleValue } from '#sync/model/edit.ts';
import { addressOf, type Address, type PenId } from '#sync/model/ids.ts';
import type { DocumentState } from '#sync/model/state.ts';
import { byOf, type Account } from './account.ts';
import type { Contents } from './document-state.ts';
import type { ConflictView, FieldView, WaitingWords } from './hub.ts';
import { isUnsent, type Outbox } from './records.ts';
import { textWords } from './set-aside.ts';
import type { Held } from './write-edit.ts';

/** One's own waiting words at one address. */
export interface WaitingEdit {
  readonly value: Json;
  readonly made: number;
  readonly isUnsent: boolean;
  /** The values of `text` edits, oldest first. */
  readonly texts: readonly Json[];
}
export interface Waiting {
  readonly edits: readonly Omit<PlacedEdit, 'device' | 'person' | 'stamp'>[];
  readonly byAddress: ReadonlyMap<Address, WaitingEdit>;
}

/** Rows of the outbox, then what is still only in memory. */
export function waitingOf(outbox: Outbox, held: readonly Held[], pen: PenId): Waiting {
  const edits: Waiting['edits'][number][] = [];
  const byAddress = new Map<Address, WaitingEdit>();
  const add = (edit: Waiting['edits'][number], isUnsent: boolean) => {
    edits.push(edit);
    const address = addressOf(edit.holder, edit.field);
    const before = byAddress.get(address);
    const value = edit.kind === 'settle' ? (edit.value as unknown as SettleValue).value : edit.value;
    const texts = edit.kind === 'text' ? [...(before?.texts ?? []), edit.value] : (before?.texts ?? []);
    byAddress.set(address, { value, made: edit.made, isUnsent: isUnsent || (before?.isUnsent ?? false), texts });
  };
  for (const { state, value } of outbox.edits)
    add({ ...value.edit, pen: value.pen, base: value.base }, state !== 'answered');
  for (const { edit, made, seen } of held)
    add({ ...edit, n: Number.MAX_SAFE_INTEGER, made, pen, base: seen.base }, true);
  return { edits, byAddress };
}

/** The newest of each field, for whoever cannot see the document any more; what is on the Hub's own list is not among them. */
export async function waitingWords(outbox: Outbox, held: readonly Held[]): Promise<readonly WaitingWords[]> {
  const edits = [
    ...outbox.edits.filter(isUnsent).map(({ value }) => value.edit),
    ...held.map(({ edit, made }) => ({ ...edit, made })),
  ];
  const byAddress = new Map<Address, WaitingWords & { readonly texts: readonly Json[] }>();
  for (const { kind, holder, field, value, made: at } of edits) {
    if (kind !== 'set' && kind !== 'text') continue;
    const address = addressOf(holder, field);
    const texts = kind === 'text' ? [...(byAddress.get(address)?.texts ?? []), value] : [];
    byAddress.set(address, { holder, field, at, value, texts });
  }
  return Promise.all(
    [...byAddress.values()].map(async ({ texts, ...words }) =>
      texts.length === 0 ? words : { ...words, value: await textWords(texts) },
    ),
  );
}

export function fieldView(
  account: Account,
  contents: Contents,
  view: { state: DocumentState; waiting: Waiting['byAddress'] },
  address: Address,
): FieldView {
  const stored = contents.fields.get(address);
  const own = view.waiting.get(address);
  const conflict = conflictView(account, contents, view, address);
  const value = own !== undefined ? own.value : (view.state.fields.get(address)?.value ?? null);
  const isUnsent = own?.isUnsent ?? false;
  const who =
    own !== undefined
      ? { by: byOf(account), at: own.made }
      : stored !== undefined
        ? { by: stored.by, at: stored.at }
        : {};
  return { value, ver: stored?.ver ?? 0, isUnsent, ...who, ...(conflict !== undefined && { conflict }) };
}

/** Only conflicts that the Hub told of: one's own waiting words may close them or change one's own side. */
function conflictView(
  account: Account,
  contents: Contents,
  { state, waiting }: { state: DocumentState; waiting: Waiting['byAddress'] },
  address: Address,
): ConflictView | undefined {
  const conflict = contents.fields.get(address)?.conflict;
  if (conflict === undefined || state.fields.get(address)?.conflict !== conflict.id) return undefined;
  const own = waiting.get(address);
  const me = account.owner.person;
  const sides = conflict.sides
    .filter((side) => own === undefined || side.device !== account.device)
    .map(({ value, by, at, device }) => ({ value, by, at, isOwn: by.id === me, isHere: device === account.device }));
  if (own !== undefined) sides.push({ value: own.value, by: byOf(account), at: own.made, isOwn: true, isHere: true });
  return { id: conflict.id, base: conflict.base, sides };
}
