/**
 * An open document as Svelte sees it: whatever is read through this is drawn again when the document changes, by oneself
 * or by others. It adds nothing and keeps nothing.
 */
import { createSubscriber } from 'svelte/reactivity';
import type { OpenDocument } from '#lib/device/hub.ts';
import { formSaidTo } from '#sync/forms/said-to.ts';
import type { RoleName } from '#sync/roles/index.ts';

export interface DocumentView extends Pick<
  OpenDocument,
  | 'id'
  | 'kind'
  | 'form'
  | 'isKnownForm'
  | 'pen'
  | 'clientId'
  | 'facts'
  | 'isGone'
  | 'waitingWords'
  | 'value'
  | 'items'
  | 'text'
  | 'may'
  | 'sections'
  | 'mine'
  | 'events'
  | 'attachments'
  | 'write'
  | 'typing'
  | 'addItem'
  | 'moveItem'
  | 'wakeText'
  | 'flush'
  | 'subscribe'
  | 'presence'
> {
  /** The form in the words that are printed and sent, the same for all. */
  readonly printed: OpenDocument['form'];
  /** The same, drawn anew once a second at most: for what is said of the form as a whole, where each key changes little. */
  readonly calm: Omit<DocumentView, 'calm'>;
}

/** `roles` are those of the person who looks: the form speaks to them. */
export function documentView(opened: OpenDocument, roles: readonly RoleName[]): DocumentView {
  const form = formSaidTo(opened.form, roles);
  const calm = viewOf(opened, form, (update) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = opened.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        update();
      }, calmMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  });
  return Object.assign(
    viewOf(opened, form, (update) => opened.subscribe(update)),
    { calm },
  );
}
const calmMs = 1_000;

function viewOf(
  opened: OpenDocument,
  form: OpenDocument['form'],
  subscribe: Parameters<typeof createSubscriber>[0],
): Omit<DocumentView, 'calm'> {
  const follow = createSubscriber(subscribe);
  const reading =
    <Args extends unknown[], Value>(read: (...args: Args) => Value) =>
    (...args: Args): Value => {
      follow();
      return read(...args);
    };
  return {
    id: opened.id,
    kind: opened.kind,
    form,
    printed: opened.form,
    isKnownForm: opened.isKnownForm,
    get pen() {
      follow();
      return opened.pen;
    },
    get clientId() {
      follow();
      return opened.clientId;
    },
    facts: reading(() => opened.facts()),
    isGone: reading(() => opened.isGone()),
    waitingWords: reading(() => opened.waitingWords()),
    value: reading((holder, field) => opened.value(holder, field)),
    items: reading((holder, list) => opened.items(holder, list)),
    text: reading((holder, field) => opened.text(holder, field)),
    may: reading((section) => opened.may(section)),
    sections: reading(() => opened.sections()),
    mine: reading(() => opened.mine()),
    events: reading(() => opened.events()),
    attachments: reading(() => opened.attachments()),
    write: (edit) => opened.write(edit),
    typing: (words) => opened.typing(words),
    addItem: (holder, list, before) => opened.addItem(holder, list, before),
    moveItem: (holder, list, item, to) => opened.moveItem(holder, list, item, to),
    wakeText: () => opened.wakeText(),
    flush: () => opened.flush(),
    subscribe: (listener) => opened.subscribe(listener),
    presence: () => opened.presence(),
  };
}
