/**
 * What one client of the storm wrote while it was offline: 25 edits to a request, as the form itself says what goes
 * where. Four clients of one document meet in some of its fields, and in the same rich text.
 */
import * as Y from 'yjs';
import { fieldTypes } from '#sync/field-types/index.ts';
import { isItems, type FormDefinition } from '#sync/forms/define.ts';
import type { Json } from '#sync/model/edit.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { DocumentId, Holder, ItemId, PenId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { Run, WireEdit } from '#sync/protocol/push.ts';
import { textFragment } from '#sync/rules/text.ts';
import { newId } from './prepared-hub.ts';

export const scalarsEach = 20;
export const itemsEach = 3;
export const insertionsEach = 2;
export const editsEach = scalarsEach + itemsEach + insertionsEach;
export const insertionLength = 200;

export interface OfflineWork {
  readonly run: Run;
  /** What it inserted into the rich text: to be found whole when all have converged. */
  readonly insertions: readonly string[];
}

/** `below(n)` gives an integer from 0 to n − 1. */
export function offlineWork(form: FormDefinition, doc: DocumentId, below: (n: number) => number): OfflineWork {
  const pen = newId<PenId>();
  const made = Date.now();
  const edits: WireEdit[] = [];
  const add = (kind: WireEdit[1], holder: string, field: string, value: Json) =>
    void edits.push([edits.length + 1, kind, holder as Holder, field, value, made]);

  const scalars = shuffled(scalarsOf(form), below);
  for (const { section, name } of scalars.slice(0, scalarsEach)) {
    const field = form.sections[section]?.fields[name];
    const value = field && fieldTypes[field.type]?.generate(field, below);
    add('set', section, name, value ?? null);
  }
  for (let at = 0; at < itemsEach; at += 1)
    add('add', 'contacts', 'contacts', { item: newId<ItemId>(), order: `a${String(at)}` });

  const document = new Y.Doc();
  document.clientID = clientIdOfPen(pen);
  const insertions: string[] = [];
  for (let at = 0; at < insertionsEach; at += 1) {
    const words = wordsOf(insertionLength, below);
    insertions.push(words);
    const before = Y.encodeStateVector(document);
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(words)]);
    document.getXmlFragment(textFragment).insert(0, [paragraph]);
    add('text', 'views', 'working', base64OfBytes(Y.encodeStateAsUpdate(document, before)));
  }
  return { run: { doc, pen, form: form.version, base: {}, edits }, insertions };
}

/** Plain questions of the form that anyone may answer who shares the draft. */
const scalarsOf = (form: FormDefinition) =>
  Object.entries(form.sections).flatMap(([section, { fields, seenBy }]) =>
    Object.entries(seenBy === undefined ? fields : {})
      .filter(([, field]) => !isItems(field) && (field.rule === 'latest' || field.rule === 'ask'))
      .filter(([, field]) => field.section === undefined && field.type !== 'computed')
      .map(([name]) => ({ section, name })),
  );

function shuffled<T>(all: readonly T[], below: (n: number) => number): T[] {
  const rest = [...all];
  return all.map(() => rest.splice(below(rest.length), 1)[0] as T);
}

const vocabulary =
  'she reads best in the quiet corner after break and counts aloud when numbers grow longer than ten he likes maps trains soup drawing with charcoal the swimming hall on Fridays finds loud rooms hard needs steps one at a time laughs at riddles'.split(
    ' ',
  );
/** English words, as long as they are asked to be. */
export function wordsOf(length: number, below: (n: number) => number): string {
  let words = '';
  while (words.length < length) words += `${vocabulary[below(vocabulary.length)] ?? ''} `;
  return words.slice(0, length - 1) + '.';
}
