/**
 * Rich text: merged character by character, nothing interleaved or dropped. Every Yjs update is hostile until shown
 * good: small, only of its pen's own client id, depending on nothing unknown, and ending in the closed tree.
 * The state is always encoded again after garbage collection, so that deleted words are in it no more.
 */
import * as Y from 'yjs';
import {
  textSizes,
  type TextBlock,
  type TextMark,
  type TextRun,
  type TextSize,
  type TextTree,
} from '../model/state.ts';
import type { OpenText, TextRule } from './rule.ts';
import type { Reason } from '../reasons.ts';

/** The one fragment of a field's Yjs document; the editor binds to the same name. */
export const textFragment = 'text';
export const textUpdateBytesMax = 64 * 1024;
export const textBytesMax = 1024 * 1024;
const depthMax = 12;
/** Names nothing: a document that is made for a moment needs no random name. */
const guid = 'text';

export const textRule: TextRule = {
  name: 'text',
  takes: ['text'],
  empty: () => Y.encodeStateAsUpdate(new Y.Doc({ guid })),
  treeOf(state) {
    const tree = readTree(documentOf(state));
    if (tree === undefined) throw new Error('a stored text does not fit the closed tree');
    return tree;
  },
  merge(state, update) {
    const document = documentOf(state, update);
    const tree = readTree(document);
    if (tree === undefined) throw new Error('an unchecked update was merged');
    return { state: Y.encodeStateAsUpdate(document), tree };
  },
  check(state, update, clientId) {
    const taken = openText(state).take(update, clientId);
    return 'reason' in taken ? taken.reason : undefined;
  },
  open: openText,
};

function openText(state: Uint8Array): OpenText {
  let good = state;
  // Undefined when an update that was refused has been put into it: then it is made anew of what stood before.
  let open: Y.Doc | undefined;
  return {
    take(update, clientId) {
      if (update.byteLength > textUpdateBytesMax) return { reason: 'too-large' };
      const document = open ?? documentOf(good);
      open = undefined;
      const reason = putInto(document, update, clientId);
      const tree = reason === undefined ? readTree(document) : undefined;
      if (tree === undefined) return { reason: reason ?? 'text-not-allowed' };
      const merged = Y.encodeStateAsUpdate(document);
      if (merged.byteLength > textBytesMax) return { reason: 'too-large' };
      open = document;
      good = merged;
      return { state: merged, tree };
    },
  };
}

function putInto(document: Y.Doc, update: Uint8Array, clientId: number): Reason | undefined {
  try {
    const { structs } = Y.decodeUpdate(update);
    if (structs.some((struct) => struct.id.client !== clientId)) return 'text-not-allowed';
    Y.applyUpdate(document, update);
  } catch (error) {
    // Undecodable bytes are an answer here, not a fault: whatever Yjs throws, the update is not a text.
    return error instanceof RangeError ? 'too-large' : 'text-not-allowed';
  }
  return document.store.pendingStructs !== null || document.store.pendingDs !== null ? 'gap' : undefined;
}

function documentOf(...updates: Uint8Array[]): Y.Doc {
  const document = new Y.Doc({ gc: true, guid });
  for (const update of updates) Y.applyUpdate(document, update);
  return document;
}

function readTree(document: Y.Doc): TextTree | undefined {
  const fragment = document.getXmlFragment(textFragment);
  for (const name of document.share.keys()) if (name !== textFragment) return undefined;
  return readBlocks(fragment, 0);
}

function readBlocks(parent: Y.XmlFragment, depth: number): TextBlock[] | undefined {
  if (depth > depthMax) return undefined;
  const blocks: TextBlock[] = [];
  for (const node of parent.toArray()) {
    if (!(node instanceof Y.XmlElement)) return undefined;
    const block = readBlock(node, depth);
    if (block === undefined) return undefined;
    blocks.push(block);
  }
  return blocks;
}

function readBlock(node: Y.XmlElement, depth: number): TextBlock | undefined {
  if (node.nodeName === 'paragraph') {
    const runs = hasOnlyAttributes(node) ? readRuns(node) : undefined;
    return runs && { type: 'paragraph', runs };
  }
  const type = node.nodeName === 'bulletList' ? 'bullets' : node.nodeName === 'orderedList' ? 'numbers' : undefined;
  if (type === undefined || !hasOnlyAttributes(node, type === 'numbers' ? listAttributes : {})) return undefined;
  const entries: TextBlock[][] = [];
  for (const entry of node.toArray()) {
    if (!(entry instanceof Y.XmlElement) || entry.nodeName !== 'listItem' || !hasOnlyAttributes(entry))
      return undefined;
    const inside = readBlocks(entry, depth + 1);
    if (inside === undefined) return undefined;
    entries.push(inside);
  }
  return { type, items: entries };
}

function readRuns(paragraph: Y.XmlElement): TextRun[] | undefined {
  const runs: TextRun[] = [];
  for (const node of paragraph.toArray()) {
    if (node instanceof Y.XmlElement) {
      if (node.nodeName !== 'hardBreak' || node.length > 0 || !hasOnlyAttributes(node)) return undefined;
      runs.push({ text: '\n' });
      continue;
    }
    if (!(node instanceof Y.XmlText) || !hasOnlyAttributes(node) || !isOnlyText(node)) return undefined;
    for (const piece of node.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
      const run = readRun(piece.insert, piece.attributes ?? {});
      if (run === undefined) return undefined;
      runs.push(run);
    }
  }
  return runs;
}

/** A map, because in an object «constructor» would be a mark too. */
const marksByName: ReadonlyMap<string, TextMark> = new Map(
  (['bold', 'italic', 'underline', 'strike'] as const).map((mark) => [mark, mark]),
);

/** What the editor says of a numbered list. */
const listAttributes: Readonly<Record<string, 'number' | 'string'>> = { start: 'number', type: 'string' };

/** Nothing beside the words may travel unseen to everyone else's devices: the tree leaves attributes out. */
function hasOnlyAttributes(
  node: Y.XmlElement | Y.XmlText,
  allowed: Readonly<Record<string, 'number' | 'string'>> = {},
): boolean {
  return [...node._map].every(([name, item]) => {
    if (item.deleted) return true;
    const value: unknown = item.content.getContent().at(-1);
    return Object.hasOwn(allowed, name) && typeof value === allowed[name] && String(value).length <= 20;
  });
}

/** Yjs reads letters and formats out of a text and passes over whatever else was put into it. */
function isOnlyText(node: Y.XmlText): boolean {
  for (let item = node._start; item !== null; item = item.right) {
    const { content } = item;
    if (item.deleted || content instanceof Y.ContentString) continue;
    if (!(content instanceof Y.ContentFormat) || !isFormat(content.key, content.value)) return false;
  }
  return true;
}

/** Null ends a format; the size says which, the others say nothing more. */
function isFormat(name: string, value: unknown): boolean {
  if (value === null || (value === true && marksByName.has(name))) return true;
  if (typeof value !== 'object') return false;
  const keys = Object.keys(value);
  if (name !== 'textSize') return marksByName.has(name) && keys.length === 0;
  return keys.join() === 'size' && textSizes.some((size) => size === (value as { size?: unknown }).size);
}

function readRun(insert: unknown, attributes: Record<string, unknown>): TextRun | undefined {
  if (typeof insert !== 'string') return undefined;
  const marks: TextMark[] = [];
  let size: TextSize | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) continue;
    const mark = marksByName.get(name);
    if (mark !== undefined) marks.push(mark);
    else if (name === 'textSize') {
      size = textSizes.find((allowed) => allowed === (value as { size?: unknown }).size);
      if (size === undefined) return undefined;
    } else return undefined;
  }
  return {
    text: insert,
    ...(marks.length > 0 && { marks: marks.sort() }),
    ...(size !== undefined && size !== 16 && { size }),
  };
}
