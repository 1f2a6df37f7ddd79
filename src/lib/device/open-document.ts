/**
 * One document open in this tab: the Hub's state as it was received, and one's own words on top. It asks the disk only
 * when somebody else wrote; one's own keys go in at once, so the screen never waits for the disk.
 */
import { formLoaders } from '#sync/forms/index.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { locate } from '#sync/forms/locate.ts';
import {
  addressOf,
  makeId,
  type Address,
  type DocumentId,
  type Holder,
  type ItemId,
  type SectionKey,
} from '#sync/model/ids.ts';
import { byOrder } from '#sync/model/by-order.ts';
import { orderField } from '#sync/model/edit.ts';
import { orderBetween } from '#sync/model/order.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { DocumentState } from '#sync/model/state.ts';
import { rules } from '#sync/rules/index.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { Account } from './account.ts';
import { contentsOf, hasContents, mineViews, versOf, wholeDocument } from './document-state.ts';
import { mayIn } from './document-rights.ts';
import { fieldView, waitingOf, waitingWords, type WaitingEdit } from './document-views.ts';
import { textViews } from './document-text.ts';
import { listed } from './document-list.ts';
import { foldWaiting, placed } from './fold-waiting.ts';
import type { OpenDocument, WaitingWords } from './hub.ts';
import type { Line } from './line.ts';
import { orderAfterMove } from './item-order.ts';
import { fit, versionDrawn, type Kept } from './older-version.ts';
import { readOutbox, withRow } from './outbox.ts';
import { docRefOf, type KeptDocument, type QueuedEdit } from './records.ts';
import { repeating } from './repeating.ts';
import { done, refused, type Done } from './result.ts';
import { wholeBytesMax } from './split-update.ts';
import { stateOfContents } from './state-of-contents.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { summaryOf } from './waiting-summary.ts';
import { takePen, type Held, type Pen, type Seen } from './write-edit.ts';

export interface HeldDocument extends OpenDocument {
  held(): readonly Held[];
  /** What they say. */
  loose(): Promise<readonly WaitingWords[]>;
  /** How many fields hold words that were not written yet. */
  unwritten(): number;
  readonly writer: Pen;
  /** The `ver` of each section as it stands on this screen. */
  seen(): Readonly<Record<SectionKey, number>>;
}

export async function openDocument(
  account: Account,
  doc: DocumentId,
  onTyping: () => void = () => undefined,
  line?: Line,
): Promise<Done<HeldDocument>> {
  const docRef = await docRefOf(account.store, doc);
  try {
    const first = await read(account, doc, docRef);
    const { facts } = first.contents;
    if (facts === undefined || !hasContents(first.contents)) return refused('not-here');
    const newest = await formLoaders[facts.kind]?.();
    if (newest === undefined) return refused('not-here');
    const form = facts.form < newest.version ? await versionDrawn(facts, newest) : newest;
    // Words that wait are seen in their text from the first moment.
    const rule = hasTexts(first) ? await rules.text() : undefined;
    return done(
      heldDocument({ account, line, onTyping }, doc, docRef, form, await fit(account, first, form), facts, rule),
    );
  } catch (error) {
    return troubleAsResult(error);
  }
}

/** The outbox first: a frame folded in between then shows a word twice on top of itself, never not at all. */
async function read({ store }: Account, doc: DocumentId, docRef: string): Promise<Kept> {
  const outbox = await readOutbox(store);
  const contents = contentsOf((await store.read(docRef, wholeDocument)).rows);
  return {
    contents,
    outbox: {
      edits: outbox.edits.filter((one) => one.value.doc === doc),
      commands: outbox.commands.filter((one) => one.value.command.doc === doc),
    },
  };
}

const hasTexts = ({ outbox }: Kept): boolean => outbox.edits.some(({ value }) => value.edit.kind === 'text');

interface Around {
  readonly account: Account;
  readonly line: Line | undefined;
  readonly onTyping: () => void;
}

function heldDocument(
  { account, line, onTyping }: Around,
  id: DocumentId,
  docRef: string,
  form: FormDefinition,
  first: Kept,
  known: KeptDocument,
  textRule: TextRule | undefined,
): HeldDocument {
  const listeners = new Set<() => void>();
  const typed = new Set<Parameters<OpenDocument['typing']>[0]>();
  const showText = textViews();
  let { contents, outbox } = first;
  let run = 1;
  let view: { readonly state: DocumentState; readonly waiting: ReadonlyMap<Address, WaitingEdit> } | undefined;

  const emit = () => {
    view = undefined;
    for (const listener of [...listeners]) listener();
  };
  // Rows written here while the disk was being read: what was read may not hold them yet.
  let written: readonly QueuedEdit[] = [];
  const writer = takePen(account, id, docRef, (...rows) => {
    outbox = rows.reduce(withRow, outbox);
    written = [...written, ...rows];
    emit();
  });

  const reloads = repeating(async () => {
    const kept = written;
    const next = await fit(account, await read(account, id, docRef), form);
    if (hasTexts(next)) textRule ??= await rules.text();
    const before = versOf(contents);
    const after = versOf(next.contents);
    // Others' words came in, or one's own came back: what is typed from now on is based on them.
    if (Object.keys(after).some((section) => after[section as SectionKey] !== before[section as SectionKey])) run += 1;
    written = written.filter((row) => !kept.includes(row));
    contents = next.contents;
    known = contents.facts ?? known;
    outbox = written.reduce(withRow, next.outbox);
    emit();
  }, troubleAsResult);
  const stopNews = account.news.on((message, isFromHere) => {
    if (message.t === 'folded' && message.docRefs.includes(docRef)) reloads.ask();
    if (message.t === 'wrote' && message.docRef === docRef) {
      // Another tab may have queued a command that counts on what was written so far.
      if (!isFromHere) writer.close();
      if (!isFromHere || message.what === 'command') reloads.ask();
    }
    if (message.t === 'missed') {
      writer.close();
      reloads.ask();
    }
    if (message.t === 'renamed' && message.from === writer.id)
      writer.rename(message.to as typeof writer.id, message.next);
  });

  const current = () => {
    if (view !== undefined) return view;
    const waiting = waitingOf(outbox, writer.held(), writer.id);
    const state = stateOfContents(contents);
    foldWaiting(
      state,
      form,
      waiting.edits.map((edit) => placed(account, edit)),
    );
    return (view = { state, waiting: waiting.byAddress });
  };
  const wakeText = async () => {
    if (textRule !== undefined) return;
    textRule = await rules.text();
    emit();
  };
  const isUnsent = (address: Address) => current().waiting.get(address)?.isUnsent ?? false;
  const seenNow = (holder: Holder, field: string): Seen => ({
    form: form.version,
    history: contents.facts?.history,
    base: versOf(contents),
    run,
    section:
      locate(form, current().state, holder, field)?.section ?? current().state.items.get(holder as ItemId)?.section,
  });

  const document: HeldDocument = {
    id,
    form,
    writer,
    get kind() {
      return form.kind;
    },
    get pen() {
      return writer.id;
    },
    get clientId() {
      return clientIdOfPen(writer.id);
    },
    get isKnownForm() {
      return (contents.facts?.form ?? form.version) <= form.version;
    },
    facts: () =>
      contents.facts === undefined
        ? listed({ ...contents, facts: { ...known, may: [], summary: { name: '' } } }, outbox)
        : listed(contents, outbox, outbox.edits.length === 0 ? undefined : summaryOf(current().state, known.summary)),
    // It can be back as a line of a list, without its contents: they are asked for when it is opened anew.
    isGone: () => !hasContents(contents),
    waitingWords: () => waitingWords(outbox, writer.held()),
    held: () => writer.held(),
    loose: () => waitingWords({ edits: [], commands: [] }, writer.held()),
    unwritten: () => [...typed].filter((words) => words.isWaiting).length,
    typing(words) {
      typed.add(words);
      onTyping();
    },
    seen: () => versOf(contents),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    value: (holder, field) => fieldView(account, contents, current(), addressOf(holder, field)),
    items: (holder, list) =>
      [...current().state.items.values()]
        .filter((item) => item.holder === holder && item.list === list && item.gone === undefined)
        .sort(byOrder)
        .map(({ id: item, order, section }) => ({ id: item, order, section, isUnsent: !contents.items.has(item) })),
    text(holder, field) {
      const address = addressOf(holder, field);
      return showText(address, {
        stored: contents.texts.get(address),
        waiting: current().waiting.get(address)?.texts ?? [],
        isUnsent: isUnsent(address),
        rule: textRule,
      });
    },
    may: (section) => mayIn(account, contents, form, outbox, section),
    sections: () => new Map(current().state.vers),
    mine: () => mineViews(contents),
    events: () => contents.events,
    attachments: () => contents.attachments,
    write(edit) {
      // The editor has it already; whoever reads this text next sees the words in it.
      if (edit.kind === 'text') void wakeText();
      const isLong = edit.kind === 'text' && typeof edit.value === 'string' && edit.value.length > wholeBytesMax;
      const { state, updates } = isLong ? document.text(edit.holder, edit.field) : { state: undefined, updates: [] };
      const saved = writer.write(
        edit,
        seenNow(edit.holder, edit.field),
        isLong ? [...(state === undefined ? [] : [state]), ...updates] : undefined,
      );
      emit();
      return saved;
    },
    addItem(holder, list, before) {
      const item = makeId<ItemId>(account.ports.random);
      const present = document.items(holder, list);
      const at = before === undefined ? present.length : present.findIndex((one) => one.id === before);
      const order = orderBetween(present[at - 1]?.order ?? null, present[at]?.order ?? null);
      return { id: item, saved: document.write({ kind: 'add', holder, field: list, value: { item, order } }) };
    },
    async moveItem(holder, list, item, to) {
      const order = orderAfterMove(document.items(holder, list), item, to);
      return order === undefined
        ? done(undefined)
        : document.write({ kind: 'move', holder: item, field: orderField, value: order });
    },
    wakeText,
    async flush() {
      await Promise.all([...typed].map((words) => words.flush()));
      return writer.flush();
    },
    presence: async () => line && (await import('./presence.ts')).joinPresence(account, line, id, writer.id),
    close() {
      stopNews();
      listeners.clear();
      writer.stop();
    },
  };
  return document;
}
