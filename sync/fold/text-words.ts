/**
 * The words that updates add to a text, as plain text: for showing people their own words where the text is not there, or
 * not theirs to see. An update carries only its own author's letters, so nobody else's can come out of it.
 */
import * as Y from 'yjs';
import { bytesOfBase64 } from '../model/base64.ts';
import type { Json } from '../model/edit.ts';

/** One letter, or a part that holds others (a paragraph, an entry). What was taken away keeps its place. */
interface Piece {
  readonly letter: string;
  readonly element: string | undefined;
  readonly part: Part;
  /** What stands inside it. */
  readonly inside: Part;
  isGone: boolean;
  before: Piece | undefined;
  after: Piece | undefined;
}
interface Part {
  first: Piece | undefined;
}
interface Place {
  readonly part: Part;
  readonly before: Piece | undefined;
}

/** Of the values of `text` edits, in their order. One that cannot be read has no words to show. */
export function wordsOfTexts(values: readonly Json[]): string {
  const readable = values.map(bytesOfBase64).filter((update) => update !== undefined && isUpdate(update));
  return wordsOfUpdates(readable as readonly Uint8Array[]);
}

function isUpdate(update: Uint8Array): boolean {
  try {
    Y.decodeUpdate(update);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * Each update is taken after those before it. What was written into somebody else's words has a line of its own for each
 * place. Throws an Error for bytes that are no update.
 */
export function wordsOfUpdates(updates: readonly Uint8Array[]): string {
  const whole: Part = { first: undefined };
  const parts = [whole];
  const pieces = new Map<string, Piece>();
  const known = (id: Y.ID | null): Piece | undefined =>
    id === null ? undefined : pieces.get(nameOf(id.client, id.clock));

  const placeOf = ({ origin, rightOrigin, parent }: Y.Item): Place => {
    const left = known(origin);
    if (left !== undefined) return { part: left.part, before: left };
    const right = known(rightOrigin);
    if (right !== undefined) return { part: right.part, before: right.before };
    // Yjs names the parent only of what has no neighbour; a name that is a string is the text itself.
    const above: unknown = parent;
    if (typeof above === 'string') return { part: whole, before: undefined };
    const inside = above instanceof Y.ID ? known(above)?.inside : undefined;
    if (inside !== undefined) return { part: inside, before: undefined };
    const own: Part = { first: undefined };
    parts.push(own);
    return { part: own, before: undefined };
  };

  const decoded = updates.map((update) => Y.decodeUpdate(update));
  for (const struct of decoded.flatMap(({ structs }) => structs)) {
    if (!(struct instanceof Y.Item)) continue;
    const { part, ...place } = placeOf(struct);
    let { before } = place;
    for (let at = 0; at < struct.length; at += 1) {
      before = put(part, before, struct.content, at);
      pieces.set(nameOf(struct.id.client, struct.id.clock + at), before);
    }
  }
  for (const { ds } of decoded)
    for (const [client, ranges] of ds.clients)
      for (const { clock, len } of ranges)
        for (let at = clock; at < clock + len; at += 1) {
          const piece = pieces.get(nameOf(client, at));
          if (piece !== undefined) piece.isGone = true;
        }
  return parts
    .map(wordsIn)
    .join('\n')
    .replace(/\n{2,}/g, '\n')
    .replace(/^\n|\n$/g, '');
}

const nameOf = (client: number, clock: number): string => `${String(client)} ${String(clock)}`;

function put(part: Part, before: Piece | undefined, content: Y.Item['content'], at: number): Piece {
  const type = content instanceof Y.ContentType ? content.type : undefined;
  const after = before === undefined ? part.first : before.after;
  const piece: Piece = {
    letter: content instanceof Y.ContentString ? (content.str[at] ?? '') : '',
    element: type instanceof Y.XmlElement ? type.nodeName : undefined,
    inside: { first: undefined },
    isGone: false,
    ...{ part, before, after },
  };
  if (before === undefined) part.first = piece;
  else before.after = piece;
  if (after !== undefined) after.before = piece;
  return piece;
}

/** Every paragraph, and every line within one, has a line of its own. */
function wordsIn({ first }: Part): string {
  const words: string[] = [];
  for (let piece = first; piece !== undefined; piece = piece.after)
    if (!piece.isGone) {
      const inside = piece.letter + wordsIn(piece.inside);
      words.push(piece.element === undefined ? inside : `\n${inside}\n`);
    }
  return words.join('');
}
