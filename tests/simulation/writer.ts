/**
 * A person at an open document: types into random places, as the screen's components do. Every word typed is unique, so
 * that it can be looked for afterwards, and is noted only when the device has said that it is saved.
 */
import * as Y from 'yjs';
import { isItems, type FieldDefinition } from '#sync/forms/define.ts';
import { fieldTypes } from '#sync/field-types/index.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { Holder } from '#sync/model/ids.ts';
import { textFragment } from '#sync/rules/text.ts';
import type { OpenDocument } from '#lib/device/hub.ts';
import type { SeededRandom } from './random.ts';
import type { Hand, Typed } from './typed.ts';

/** Ways of writing, by how often people do them. */
export type Act = 'scalar' | 'item-field' | 'text' | 'add' | 'remove' | 'restore' | 'settle';
const acts: readonly Act[] = [
  'scalar',
  'scalar',
  'scalar',
  'item-field',
  'item-field',
  'text',
  'text',
  'text',
  'add',
  'add',
  'remove',
  'settle',
  'settle',
];

/** Everyone writes in a few sections, so that they really meet. */
const busySections = ['child', 'contacts', 'views'];
const isTyped = (field: FieldDefinition): boolean =>
  (field.rule === 'ask' || field.rule === 'latest') && ['short-text', 'date', 'phone'].includes(field.type);

export class Writer {
  readonly #document: OpenDocument;
  readonly #random: SeededRandom;
  readonly #typed: Typed;
  readonly #hand: Hand;
  /** An open editor, as the rich-text field keeps one: the Hub's state, one's own waiting updates, and the pen's client. */
  readonly #editors = new Map<string, { doc: Y.Doc; clientId: number }>();
  constructor(hand: Hand, document: OpenDocument, typed: Typed, random: SeededRandom) {
    this.#hand = hand;
    this.#document = document;
    this.#typed = typed;
    this.#random = random;
  }

  get document(): OpenDocument {
    return this.#document;
  }

  act(): Act | undefined {
    const wish = this.#random.pick(acts);
    switch (wish) {
      case 'scalar':
        return this.#scalar() ? wish : undefined;
      case 'item-field':
        return this.#itemField() ? wish : undefined;
      case 'text':
        return this.#text() ? wish : undefined;
      case 'add':
        return this.#add() ? wish : undefined;
      case 'remove':
        return this.#remove() ? wish : undefined;
      case 'settle':
        return this.#settle() ? wish : undefined;
      case 'restore':
        return undefined;
    }
  }

  #sections(): string[] {
    return busySections.filter((section) => this.#document.may(section as never).includes('write'));
  }

  #set(holder: Holder, field: string, { type, rule }: FieldDefinition): boolean {
    const value =
      type === 'date'
        ? this.#typed.nextDate()
        : type === 'phone'
          ? this.#typed.nextPhone()
          : this.#typed.nextWord(this.#hand.who);
    const saved = this.#document.write({ kind: 'set', holder, field, value });
    this.#typed.scalar(this.#hand, this.#document, holder, field, rule, value, saved);
    return true;
  }

  #scalar(): boolean {
    const places = this.#sections().flatMap((section) =>
      Object.entries(this.#document.form.sections[section]?.fields ?? {})
        .filter(([, field]) => isTyped(field))
        .filter(([name]) => this.#document.value(section as Holder, name).conflict === undefined)
        .map(([name, field]) => ({ section, name, field })),
    );
    if (places.length === 0) return false;
    const { section, name, field } = this.#random.pick(places);
    return this.#set(section as Holder, name, field);
  }

  #lists(): { section: string; name: string }[] {
    return this.#sections().flatMap((section) =>
      Object.entries(this.#document.form.sections[section]?.fields ?? {})
        .filter(([, field]) => isItems(field))
        .map(([name]) => ({ section, name })),
    );
  }

  #someItem() {
    const all = this.#lists().flatMap(({ section, name }) =>
      this.#document.items(section as Holder, name).map((item) => ({ ...item, list: name, holder: section })),
    );
    return all.length === 0 ? undefined : this.#random.pick(all);
  }

  #itemField(): boolean {
    const item = this.#someItem();
    if (item === undefined) return false;
    const list = this.#document.form.sections[item.holder]?.fields[item.list];
    if (list === undefined || !isItems(list)) return false;
    const fields = Object.entries(list.fields).filter(
      ([name, field]) => isTyped(field) && this.#document.value(item.id, name).conflict === undefined,
    );
    if (fields.length === 0) return false;
    const [name, field] = this.#random.pick(fields);
    return this.#set(item.id, name, field);
  }

  #add(): boolean {
    const lists = this.#lists();
    if (lists.length === 0) return false;
    const { section, name } = this.#random.pick(lists);
    if (this.#document.items(section as Holder, name).length > 6) return false;
    const { id, saved } = this.#document.addItem(section as Holder, name);
    this.#typed.item(this.#hand, this.#document, id, saved);
    return true;
  }

  #remove(): boolean {
    const item = this.#someItem();
    if (item === undefined) return false;
    this.#typed.removed(this.#document.id, item.id);
    void this.#document.write({ kind: 'remove', holder: item.id, field: '~gone', value: null });
    return true;
  }

  #settle(): boolean {
    const open = this.#sections()
      .flatMap((section) =>
        Object.keys(this.#document.form.sections[section]?.fields ?? {}).map((name) => ({
          section,
          name,
          conflict: this.#document.value(section as Holder, name).conflict,
        })),
      )
      .filter((one) => one.conflict !== undefined);
    if (open.length === 0) return false;
    const { section, name, conflict } = this.#random.pick(open);
    if (conflict === undefined) return false;
    const value = this.#random.pick(conflict.sides).value;
    const saved = this.#document.write({
      kind: 'settle',
      holder: section as Holder,
      field: name,
      value: { conflict: conflict.id, value },
    });
    this.#typed.settled(this.#hand, this.#document, section as Holder, name, value, saved);
    return true;
  }

  /** Settles what is open and answers what a submission needs, as the screen asks for it. */
  async makeSendable(): Promise<void> {
    const answers = this.#document;
    const { form } = answers;
    for (const [section, { fields }] of Object.entries(form.sections)) {
      for (const [name, field] of Object.entries(fields)) {
        const view = answers.value(section as Holder, name);
        if (view.conflict !== undefined)
          await answers.write({
            kind: 'settle',
            holder: section as Holder,
            field: name,
            value: { conflict: view.conflict.id, value: view.conflict.sides[0]?.value ?? null },
          });
        else if (
          field.requiredToSubmit !== undefined &&
          view.value === null &&
          answers.may(section as never).includes('write')
        ) {
          const value = fieldTypes[field.type]?.generate(field, (below) => this.#random.below(below)) ?? null;
          if (value !== null) await answers.write({ kind: 'set', holder: section as Holder, field: name, value });
        }
      }
    }
    for (const { id } of answers.items('contacts' as Holder, 'contacts')) {
      const conflict = answers.value(id, 'full_name').conflict;
      if (conflict !== undefined)
        await answers.write({
          kind: 'settle',
          holder: id,
          field: 'full_name',
          value: { conflict: conflict.id, value: conflict.sides[0]?.value ?? null },
        });
    }
  }

  #text(): boolean {
    const places = this.#sections().flatMap((section) =>
      Object.entries(this.#document.form.sections[section]?.fields ?? {})
        .filter(([, field]) => field.rule === 'text')
        .map(([name]) => ({ section, name })),
    );
    if (places.length === 0) return false;
    const { section, name } = this.#random.pick(places);
    const { doc } = this.#editor(section as Holder, name);
    const marker = this.#typed.nextMarker(this.#hand.who);
    const before = Y.encodeStateVector(doc);
    doc.transact(() => {
      const fragment = doc.getXmlFragment(textFragment);
      if (fragment.length === 0 || this.#random.chance(20)) {
        const paragraph = new Y.XmlElement('paragraph');
        paragraph.insert(0, [new Y.XmlText(marker)]);
        fragment.insert(this.#random.below(fragment.length + 1), [paragraph]);
        return;
      }
      const paragraph = fragment.get(this.#random.below(fragment.length)) as Y.XmlElement;
      const text = paragraph.get(0) as Y.XmlText;
      // Between words, never inside one: the markers are looked for whole.
      const words = text.toString().split(' ');
      const at = words.slice(0, this.#random.below(words.length + 1)).join(' ').length;
      text.insert(at, at === 0 ? `${marker} ` : ` ${marker}`);
    });
    const update = Y.encodeStateAsUpdate(doc, before);
    const saved = this.#document.write({
      kind: 'text',
      holder: section as Holder,
      field: name,
      value: base64OfBytes(update),
    });
    this.#typed.text(this.#hand, this.#document, marker, saved);
    return true;
  }

  #editor(holder: Holder, field: string) {
    const key = `${holder} ${field}`;
    const standing = this.#editors.get(key);
    const view = this.#document.text(holder, field);
    const editor =
      standing?.clientId === this.#document.clientId
        ? standing
        : { doc: new Y.Doc(), clientId: this.#document.clientId };
    editor.doc.clientID = editor.clientId;
    for (const update of [view.state, ...view.updates]) if (update !== undefined) Y.applyUpdate(editor.doc, update);
    this.#editors.set(key, editor);
    return editor;
  }
}
