/**
 * Edits and answers of an earlier version of a form, as they read in a later one. It makes no difference which comes first:
 * folding old edits and then upgrading what they left is the same as upgrading the edits and folding them. Nothing is
 * dropped: each value stands somewhere in the later version, and the log keeps the edit as it was sent.
 */
import { becameOf, asItWas, type Became, type FormPast } from '../forms/past.ts';
import type { FormDefinition } from '../forms/define.ts';
import { locate } from '../forms/locate.ts';
import { fieldTypes } from '../field-types/index.ts';
import { settlement, type Json, type PlacedEdit } from '../model/edit.ts';
import {
  addressOf,
  declaredKey,
  editId,
  partsOfAddress,
  type Address,
  type Holder,
  type ItemId,
  type SectionKey,
} from '../model/ids.ts';
import type { DocumentState, FieldState, Side } from '../model/state.ts';
import { valueRules } from '../rules/index.ts';

export interface Upgrading {
  readonly past: FormPast;
  readonly from: number;
  /** The definition that it is to read by. */
  readonly form: FormDefinition;
}

/** The entries that a document has, by which alone it is known what list an address belongs to. */
type Entries = Pick<DocumentState, 'items'>;

/** What an address of the earlier version became. */
export function becameAt({ past, from, form }: Upgrading, { items }: Entries, holder: Holder, field: string) {
  const place = items.get(holder as ItemId)?.list ?? declaredKey(holder as SectionKey);
  return becameOf(past, place, field, { from, to: form.version });
}

/** Edits that say the same in the later version; undefined where the value was no answer in its own. */
export function upgradedEdits<Edit extends Pick<PlacedEdit, 'kind' | 'holder' | 'field' | 'value'>>(
  upgrading: Upgrading,
  state: DocumentState,
  edit: Edit,
): readonly Edit[] | undefined {
  const { kind, holder, field } = edit;
  const became = becameAt(upgrading, state, holder, field);
  if (isSame(became, field)) return [edit];
  if (kind !== 'set' && kind !== 'settle') return became.slice(0, 1).map(([later]) => ({ ...edit, field: later }));
  const settled = kind === 'settle' ? settlement(edit.value) : undefined;
  const value = kind === 'settle' ? settled?.value : edit.value;
  if (!isAnswer(upgrading, state, edit, value)) return undefined;
  return became.map(([later, read]) => ({
    ...edit,
    field: later,
    value: settled === undefined ? readAs(read, value) : { ...settled, value: readAs(read, value) },
  }));
}

export interface UpgradedState {
  /** Addresses at which nothing stands any more, and those at which something else does. */
  readonly fields: { readonly left: ReadonlySet<Address>; readonly touched: ReadonlySet<Address> };
  /** Texts that have another name now. */
  readonly texts: ReadonlyMap<Address, Address>;
}

/** Changes `state` in place. */
export function upgradeState(state: DocumentState, upgrading: Upgrading): UpgradedState {
  const fields = moved(state, state.fields, upgrading, (field, became) =>
    became.map(([later, read]) => [later, readField(field, read)]),
  );
  const texts = moved(state, state.texts, upgrading, (text, became) =>
    became.slice(0, 1).map(([later]) => [later, text]),
  );
  const touched = new Set([...fields.values()].flat());
  for (const address of touched) decide(state, upgrading.form, address);
  return {
    fields: { left: new Set([...fields.keys()].filter((address) => !touched.has(address))), touched },
    texts: new Map([...texts].flatMap(([from, to]) => to.map((address) => [from, address]))),
  };
}

/** Where each went. All are taken from their old addresses first: two questions may have changed places. */
function moved<Value>(
  state: DocumentState,
  values: Map<Address, Value>,
  upgrading: Upgrading,
  read: (value: Value, became: readonly Became[]) => readonly (readonly [field: string, value: Value])[],
): Map<Address, Address[]> {
  const went = new Map<Address, Address[]>();
  const now: [Address, Value][] = [];
  for (const [address, value] of values) {
    const { holder, field } = partsOfAddress(address);
    const became = becameAt(upgrading, state, holder, field);
    if (isSame(became, field)) continue;
    const parts = read(value, became).map(([later, one]): [Address, Value] => [addressOf(holder, later), one]);
    went.set(
      address,
      parts.map(([to]) => to),
    );
    now.push(...parts);
  }
  for (const address of went.keys()) values.delete(address);
  for (const [address, value] of now) values.set(address, value);
  return went;
}

const readField = (field: FieldState, read: Became[1]): FieldState => ({
  ...field,
  value: readAs(read, field.value),
  base: readAs(read, field.base),
  sides: field.sides.map((side): Side => ({ ...side, value: readAs(read, side.value) })),
});

/** The field's rule in the later version says what stands: answers that were two can be one now, and the other way round. */
function decide(state: DocumentState, form: FormDefinition, address: Address): void {
  const field = state.fields.get(address);
  const { holder, field: name } = partsOfAddress(address);
  const place = locate(form, state, holder, name);
  const rule = place && valueRules[place.definition.rule];
  const type = place && fieldTypes[place.definition.type];
  if (field === undefined || rule === undefined || type === undefined || field.sides.length === 0) return;
  const { value, open } = rule.merge(field.base, field.sides, type.same);
  const { conflict, ...rest } = field;
  const last = field.sides.reduce((a, b) => (b.ver > a.ver ? b : a));
  state.fields.set(address, { ...rest, value, ...(open && { conflict: conflict ?? editId(last.pen, last.n) }) });
}

const isSame = (became: readonly Became[], field: string): boolean =>
  became.length === 1 && became[0]?.[0] === field && became[0][1] === asItWas;

/** The lack of an answer stays one. */
export const readAs = (read: Became[1], value: Json): Json => (value === null ? null : read(value));

function isAnswer(
  { past, from }: Upgrading,
  state: DocumentState,
  { holder, field }: Pick<PlacedEdit, 'holder' | 'field'>,
  value: Json | undefined,
): value is Json {
  const form = past.definitions[from - 1];
  const place = form && locate(form, state, holder, field);
  if (place === undefined || value === undefined) return false;
  return value === null || (fieldTypes[place.definition.type]?.accepts(value, place.definition) ?? false);
}
