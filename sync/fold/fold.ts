/**
 * State and edits in, state and verdicts out: the only place that merges, the same function in the browser and on the
 * server. It is a function of its arguments alone: no clock, no randomness, no network. It never drops a value:
 * whatever is accepted is the standing value, a side of a conflict, or in the log with a verdict that says so.
 * Concurrency is decided by what the author had seen (`base`), never by time.
 */
import { goneField, settlement, type Json, type PlacedEdit } from '../model/edit.ts';
import {
  addressOf,
  editId,
  type Address,
  type DeviceId,
  type EditId,
  type Holder,
  type ItemId,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import type { DocumentState, FieldState } from '../model/state.ts';
import type { Verdict } from '../model/verdict.ts';
import type { FormDefinition } from '../forms/define.ts';
import { locate } from '../forms/locate.ts';
import { fieldTypes } from '../field-types/index.ts';
import { takes, valueRules } from '../rules/index.ts';
import type { Gate, TextRule } from '../rules/rule.ts';
import type { Reason } from '../reasons.ts';
import { foldItems } from './fold-items.ts';
import { foldText } from './fold-text.ts';

export interface FoldContext {
  readonly form: FormDefinition;
  /** Undefined: the edit may come in. */
  gate(section: SectionKey, edit: PlacedEdit): Gate;
  /** Absent where no text edit can come: Yjs is heavy. */
  readonly text: TextRule | undefined;
  /** A device folding its own waiting edits on top of the server's state: its own words stand there until a verdict. */
  readonly pending?: true;
}

/** Something that another author must be told of their own words. */
export interface Notice {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly what: 'overtaken' | 'item-kept' | 'item-revived';
  readonly edit: EditId;
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly field: string;
  readonly value: Json;
  readonly standing?: Json;
  readonly by: PersonId;
  /** Of who is told that an entry came back: the sections, some perhaps hidden, in which they had written. */
  readonly wroteIn?: readonly SectionKey[];
}

export interface Touched {
  readonly sections: Set<SectionKey>;
  readonly fields: Set<Address>;
  readonly items: Set<ItemId>;
  readonly texts: Set<Address>;
}

export interface FoldResult {
  /** One an edit, in their order. */
  readonly verdicts: Verdict[];
  readonly touched: Touched;
  readonly notices: Notice[];
}

/** What the parts of the fold share while one edit is folded in. */
export interface Folding {
  readonly state: DocumentState;
  readonly context: FoldContext;
  readonly edit: PlacedEdit;
  readonly touched: Touched;
  readonly notices: Notice[];
  /** What the author had seen of a section. */
  seen(section: SectionKey): number;
  /** Counts the edit as accepted in its section. */
  count(section: SectionKey): number;
  refuse(section: SectionKey | undefined, reason: Reason): Verdict;
}

/** Later than any stamp a server gives: a device's own waiting words stand on top of what it knows. */
const pendingStamp = Number.MAX_SAFE_INTEGER;

/** Changes `state` in place; edits are folded in their order. */
export function fold(state: DocumentState, edits: readonly PlacedEdit[], context: FoldContext): FoldResult {
  const touched: Touched = { sections: new Set(), fields: new Set(), items: new Set(), texts: new Set() };
  const notices: Notice[] = [];
  const verdicts = edits.map((given) => {
    const edit = context.pending ? { ...given, stamp: pendingStamp } : given;
    return foldOne({
      state,
      context,
      edit,
      touched,
      notices,
      seen: (section) => edit.base[section] ?? 0,
      count(section) {
        const ver = (state.vers.get(section) ?? 0) + (edit.isFurtherPart === true ? 0 : 1);
        state.vers.set(section, ver);
        touched.sections.add(section);
        return ver;
      },
      refuse: (section, reason) => ({
        is: 'refused',
        ver: section === undefined ? 0 : (state.vers.get(section) ?? 0),
        reason,
      }),
    });
  });
  return { verdicts, touched, notices };
}

function foldOne(folding: Folding): Verdict {
  switch (folding.edit.kind) {
    case 'set':
    case 'settle':
      return foldValue(folding);
    case 'text':
      return foldText(folding);
    case 'add':
    case 'move':
    case 'remove':
    case 'restore':
    case 'say':
      return foldItems(folding);
  }
}

function foldValue(folding: Folding): Verdict {
  const { state, context, edit } = folding;
  const place = locate(context.form, state, edit.holder, edit.field);
  if (place === undefined) return folding.refuse(undefined, 'unknown-field');
  const gate = context.gate(place.section, edit);
  if (gate !== undefined) return { ...gate, ver: state.vers.get(place.section) ?? 0 };
  const rule = valueRules[place.definition.rule];
  const type = fieldTypes[place.definition.type];
  if (rule === undefined || type === undefined || !takes(place.definition.rule, edit.kind))
    return folding.refuse(place.section, 'unknown-field');
  const value = edit.kind === 'settle' ? settlement(edit.value)?.value : edit.value;
  if (value === undefined) return folding.refuse(place.section, 'invalid-value');
  if (value !== null && !type.accepts(value, place.definition)) return folding.refuse(place.section, 'invalid-value');
  const revived = reviveHolders(folding, edit.holder);
  if (revived === 'removed') return folding.refuse(place.section, 'item-removed');
  const verdict = writeValue(folding, place.section, edit.holder, edit.field, value, rule, type.same);
  return revived === 'revived' && verdict.is === 'applied'
    ? { ...verdict, is: 'merged', reason: 'item-revived' }
    : verdict;
}

/** Puts one side into a field and lets the field's rule say what stands. */
export function writeValue(
  folding: Folding,
  section: SectionKey,
  holder: Holder,
  field: string,
  value: Json,
  rule: {
    merge: (
      base: Json,
      sides: FieldState['sides'],
      same: (a: Json, b: Json) => boolean,
    ) => { value: Json; open: boolean };
  },
  same: (a: Json, b: Json) => boolean,
  initial: Json = null,
): Verdict {
  const { state, edit, touched, notices } = folding;
  const address = addressOf(holder, field);
  const before: FieldState = state.fields.get(address) ?? { section, value: initial, base: initial, sides: [] };
  const seen = folding.seen(section);
  const settles =
    edit.kind === 'settle' && before.conflict !== undefined && before.conflict === settlement(edit.value)?.conflict;
  const others = before.sides.filter((side) => side.device !== edit.device);
  // In an open conflict only a settlement lets another's side go, and then only a side that its author had seen.
  const standing = before.conflict !== undefined && !settles ? others : others.filter((side) => side.ver > seen);
  const own = before.sides.find((side) => side.device === edit.device);
  const ver = folding.count(section);
  const side = { device: edit.device, person: edit.person, pen: edit.pen, n: edit.n, value, stamp: edit.stamp, ver };
  // A device's run of edits over one seen state counts as one: what stood before the run stays the base.
  const goesOn = standing.length > 0 || (others.length === 0 && own !== undefined && own.ver > seen);
  const base = goesOn ? before.base : before.value;
  const sides = [...standing, side].sort((a, b) => (a.device < b.device ? -1 : 1));
  const merged = rule.merge(base, sides, same);
  const conflict = merged.open ? (before.conflict ?? editId(edit.pen, edit.n)) : undefined;
  state.fields.set(address, { section, value: merged.value, base, sides, ...(conflict !== undefined && { conflict }) });
  touched.fields.add(address);
  if (merged.open) return { is: 'conflict', ver };
  // Whose answer stood until now is told that it does not; so is everyone whose answer somebody else did not choose.
  const isTold = (other: (typeof others)[number]) =>
    settles ? other.person !== edit.person : standing.includes(other) && same(other.value, before.value);
  for (const other of others) {
    if (same(other.value, merged.value) || !isTold(other)) continue;
    notices.push({
      person: other.person,
      device: other.device,
      what: 'overtaken',
      edit: editId(other.pen, other.n),
      section,
      holder,
      field,
      value: other.value,
      standing: merged.value,
      by: edit.person,
    });
  }
  if (standing.length === 0) return { is: 'applied', ver };
  return same(merged.value, value) ? { is: 'merged', ver } : { is: 'merged', ver, reason: 'overtaken' };
}

/**
 * An edit inside an item that another device removed meanwhile brings the item back: its words would be lost inside it.
 * Whoever wrote after seeing the removal is refused instead.
 */
export function reviveHolders(folding: Folding, holder: Holder): 'present' | 'revived' | 'removed' {
  const { state, edit, touched, notices } = folding;
  const removed = [];
  for (
    let item = state.items.get(holder as ItemId);
    item !== undefined;
    item = state.items.get(item.holder as ItemId)
  ) {
    if (item.gone === undefined) continue;
    if (item.gone.device === edit.device || item.gone.ver <= folding.seen(item.section)) return 'removed';
    removed.push({ item, gone: item.gone });
  }
  for (const { item, gone } of removed) {
    const { gone: _, ...present } = item;
    state.items.set(item.id, present);
    touched.items.add(item.id);
    touched.sections.add(item.section);
    notices.push({
      person: gone.person,
      device: gone.device,
      what: 'item-kept',
      edit: editId(edit.pen, edit.n),
      section: item.section,
      holder: item.id,
      field: goneField,
      value: null,
      by: edit.person,
    });
  }
  return removed.length > 0 ? 'revived' : 'present';
}
