/** Edits that change which items a list has, and their order. */
import { goneField, orderField, type AddValue, type SayValue } from '../model/edit.ts';
import {
  addressOf,
  editId,
  idPattern,
  type Address,
  type DeviceId,
  type Holder,
  type ItemId,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import { orderPattern } from '../model/order.ts';
import type { ItemState } from '../model/state.ts';
import type { Verdict } from '../model/verdict.ts';
import { isItems } from '../forms/define.ts';
import { isSection, locate } from '../forms/locate.ts';
import { append } from '../rules/append.ts';
import { items as itemsRule } from '../rules/items.ts';
import { takes } from '../rules/index.ts';
import { latest } from '../rules/latest.ts';
import { reviveHolders, writeValue, type Folding } from './fold.ts';

export function foldItems(folding: Folding): Verdict {
  const { edit } = folding;
  if (edit.kind === 'add') return add(folding);
  if (edit.kind === 'say') return say(folding);
  const item = folding.state.items.get(edit.holder as ItemId);
  if (item === undefined || edit.field !== (edit.kind === 'move' ? orderField : goneField))
    return folding.refuse(undefined, 'unknown-field');
  const gate = gateAt(folding, item.section);
  if (gate !== undefined) return gate;
  if (edit.kind === 'move') return move(folding, item);
  return edit.kind === 'remove' ? remove(folding, item) : restore(folding, item);
}

function add(folding: Folding): Verdict {
  const { state, context, edit } = folding;
  const place = locate(context.form, state, edit.holder, edit.field);
  if (place === undefined || !isItems(place.definition)) return folding.refuse(place?.section, 'unknown-field');
  const gate = gateAt(folding, place.section);
  if (gate !== undefined) return gate;
  const { item, order } = (edit.value ?? {}) as unknown as AddValue;
  if (
    typeof item !== 'string' ||
    !idPattern.test(item) ||
    isSection(context.form, item) ||
    typeof order !== 'string' ||
    !orderPattern.test(order)
  )
    return folding.refuse(place.section, 'invalid-value');
  if (state.items.has(item)) return folding.refuse(place.section, 'id-taken');
  const siblings = [...state.items.values()].filter(
    (other) => other.holder === edit.holder && other.list === edit.field && other.gone === undefined,
  );
  if (siblings.length >= place.definition.maxItems) return folding.refuse(place.section, 'too-large');
  return put(folding, place.section, item, order);
}

/** An entry that is kept as it was said: nothing in it can be set afterwards. */
function say(folding: Folding): Verdict {
  const { state, context, edit } = folding;
  const place = locate(context.form, state, edit.holder, edit.field);
  if (place === undefined || !takes(place.definition.rule, edit.kind))
    return folding.refuse(place?.section, 'unknown-field');
  const gate = gateAt(folding, place.section);
  if (gate !== undefined) return gate;
  const { item, words } = (edit.value ?? {}) as unknown as SayValue;
  if (typeof item !== 'string' || !idPattern.test(item) || isSection(context.form, item) || typeof words !== 'string')
    return folding.refuse(place.section, 'invalid-value');
  if (state.items.has(item)) return folding.refuse(place.section, 'id-taken');
  const verdict = put(folding, place.section, item, append.orderOf(edit.stamp));
  if (verdict.is === 'applied' || verdict.is === 'merged') {
    const side = {
      device: edit.device,
      person: edit.person,
      pen: edit.pen,
      n: edit.n,
      value: words,
      stamp: edit.stamp,
      ver: verdict.ver,
    };
    const address = addressOf(item, 'words');
    state.fields.set(address, { section: place.section, value: words, base: null, sides: [side] });
    folding.touched.fields.add(address);
  }
  return verdict;
}

/** Asked before anything else: no other refusal may tell what stands where its author cannot look. */
function gateAt({ state, context, edit }: Folding, section: SectionKey): Verdict | undefined {
  const gate = context.gate(section, edit);
  return gate && { ...gate, ver: state.vers.get(section) ?? 0 };
}

function put(folding: Folding, section: SectionKey, id: ItemId, order: string): Verdict {
  const { state, edit } = folding;
  const revived = reviveHolders(folding, edit.holder);
  if (revived === 'removed') return folding.refuse(section, 'item-removed');
  const ver = folding.count(section);
  state.items.set(id, {
    id,
    section,
    holder: edit.holder,
    list: edit.field,
    order,
    ver,
    device: edit.device,
    person: edit.person,
    otherVer: 0,
  });
  folding.touched.items.add(id);
  return revived === 'revived' ? { is: 'merged', ver, reason: 'item-revived' } : { is: 'applied', ver };
}

function move(folding: Folding, item: ItemState): Verdict {
  const { state, edit } = folding;
  if (typeof edit.value !== 'string' || !orderPattern.test(edit.value))
    return folding.refuse(item.section, 'invalid-value');
  const verdict = writeValue(folding, item.section, item.id, orderField, edit.value, latest, Object.is, item.order);
  const order = state.fields.get(addressOf(item.id, orderField))?.value;
  state.items.set(item.id, { ...item, order: typeof order === 'string' ? order : item.order });
  folding.touched.items.add(item.id);
  return verdict;
}

function remove(folding: Folding, item: ItemState): Verdict {
  const { state, edit, touched } = folding;
  const contents = contentsOf(folding, item);
  const meanwhile = contents.filter((content) => content.device !== edit.device && content.ver > content.seen);
  const ver = folding.count(item.section);
  touched.items.add(item.id);
  if (item.gone !== undefined) return { is: 'applied', ver };
  if (itemsRule.keeps(edit.device, contents)) {
    for (const content of new Map(meanwhile.map((one) => [one.device, one])).values()) {
      if (content.device === otherDevice) continue;
      folding.notices.push({
        person: content.person,
        device: content.device,
        what: 'item-revived',
        edit: editId(edit.pen, edit.n),
        section: item.section,
        holder: item.id,
        field: goneField,
        value: null,
        by: edit.person,
        wroteIn: meanwhile.filter(({ device }) => device === content.device).map(({ section }) => section),
      });
    }
    return { is: 'merged', ver, reason: 'item-kept' };
  }
  state.items.set(item.id, { ...item, gone: { ver, device: edit.device, person: edit.person } });
  return { is: 'applied', ver };
}

/** Taking a removal back counts as writing in the item, so that a removal which had not seen it keeps the item. */
function restore(folding: Folding, item: ItemState): Verdict {
  const { gone: _, ...present } = item;
  const ver = folding.count(item.section);
  const otherVer = item.device === folding.edit.device ? item.otherVer : item.ver;
  folding.state.items.set(item.id, {
    ...present,
    ver,
    device: folding.edit.device,
    person: folding.edit.person,
    otherVer,
  });
  folding.touched.items.add(item.id);
  return { is: 'applied', ver };
}

interface Written {
  readonly section: SectionKey;
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly ver: number;
  readonly seen: number;
}

/** Everything written in an item and below it, with what the remover had seen of each section. */
function contentsOf(folding: Folding, item: ItemState): Written[] {
  const { state } = folding;
  const held = new Set<Holder>([item.id]);
  const contents: Written[] = [];
  const note = (section: SectionKey, device: DeviceId, person: PersonId, ver: number) =>
    contents.push({ section, device, person, ver, seen: folding.seen(section) });
  const noteLast = ({
    section,
    device,
    person,
    ver,
    otherVer,
  }: {
    section: SectionKey;
    device: DeviceId;
    person: PersonId;
    ver: number;
    otherVer: number;
  }) => {
    note(section, device, person, ver);
    // Who wrote before the last author is told by the log; for keeping the item it is enough that another device did.
    if (otherVer > 0 && device === folding.edit.device) note(section, otherDevice, person, otherVer);
  };
  noteLast(item);
  for (let grew = true; grew;) {
    grew = false;
    for (const below of state.items.values()) {
      if (held.has(below.id) || !held.has(below.holder)) continue;
      held.add(below.id);
      grew = true;
      noteLast(below);
    }
  }
  for (const [address, field] of state.fields) {
    if (isHeld(address, held) && !address.endsWith(` ${orderField}`))
      for (const side of field.sides) note(field.section, side.device, side.person, side.ver);
  }
  for (const [address, text] of state.texts) {
    if (isHeld(address, held) && text.device !== undefined && text.person !== undefined)
      noteLast({ ...text, device: text.device, person: text.person });
  }
  return contents;
}

const otherDevice = '' as DeviceId;
const isHeld = (address: Address, held: ReadonlySet<Holder>): boolean =>
  held.has(address.slice(0, address.indexOf(' ')) as Holder);
