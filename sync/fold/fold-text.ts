/** Rich text edits. What may be merged at all is the text rule's to check; here it is only placed and counted. */
import { addressOf } from '../model/ids.ts';
import { clientIdOfPen } from '../model/pen-client.ts';
import type { TextState } from '../model/state.ts';
import type { Verdict } from '../model/verdict.ts';
import { locate } from '../forms/locate.ts';
import { bytesOfBase64 } from '../model/base64.ts';
import { takes } from '../rules/index.ts';
import { reviveHolders, type Folding } from './fold.ts';

export function foldText(folding: Folding): Verdict {
  const { state, context, edit } = folding;
  const place = locate(context.form, state, edit.holder, edit.field);
  if (place === undefined || !takes(place.definition.rule, edit.kind))
    return folding.refuse(place?.section, 'unknown-field');
  const { section } = place;
  const gate = context.gate(section, edit);
  if (gate !== undefined) return { ...gate, ver: state.vers.get(section) ?? 0 };
  // A device without the editor open does not wake Yjs: its text stands as the tree that was stored with the edit.
  if (context.text === undefined) return { is: 'applied', ver: folding.count(section) };
  const update = bytesOfBase64(edit.value);
  if (update === undefined) return folding.refuse(section, 'invalid-value');
  const address = addressOf(edit.holder, edit.field);
  const before = state.texts.get(address);
  const stored = before?.state ?? context.text.empty();
  const reason = context.text.check(stored, update, clientIdOfPen(edit.pen));
  if (reason !== undefined) return folding.refuse(section, reason);
  if (reviveHolders(folding, edit.holder) === 'removed') return folding.refuse(section, 'item-removed');
  const ver = folding.count(section);
  const isSame = before?.device === edit.device;
  const otherVer = before === undefined ? 0 : isSame ? before.otherVer : before.ver;
  const after: TextState = {
    section,
    ...context.text.merge(stored, update),
    ver,
    device: edit.device,
    person: edit.person,
    otherVer,
  };
  state.texts.set(address, after);
  folding.touched.texts.add(address);
  return { is: otherVer > folding.seen(section) ? 'merged' : 'applied', ver };
}
