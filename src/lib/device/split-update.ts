/**
 * The Hub takes text updates of 64 KiB at most; a long paste is one much larger. Here it becomes several, each of which
 * is good by itself and needs only those before it, so no letter of a paste depends on the Hub's patience.
 */
import { base64OfBytes, bytesOfBase64 } from '#sync/model/base64.ts';

/** Three bytes a UTF-16 unit at most, and room for what stands around the letters. */
const unitsPerPiece = 16 * 1024;
const unitsOfOther = 64;
export const wholeBytesMax = 48 * 1024;

/** `before` is everything that the update builds on: the Hub's state and one's own waiting updates. Base64 in and out. */
export async function splitUpdate(
  update: unknown,
  before: readonly Uint8Array[],
): Promise<readonly string[] | undefined> {
  const bytes = bytesOfBase64(update);
  if (bytes === undefined || bytes.length <= wholeBytesMax) return undefined;
  const Y = await import('yjs');
  const whole = new Y.Doc({ gc: false });
  for (const one of [...before, bytes]) Y.applyUpdate(whole, one);
  const { structs } = Y.decodeUpdate(bytes);
  const client = structs[0]?.id.client;
  if (client === undefined || whole.store.pendingStructs !== null) return undefined;
  const end = Y.decodeStateVector(Y.encodeStateVector(whole));
  const pieces: Uint8Array[] = [];
  let from = new Map([...end, [client, structs[0]?.id.clock ?? 0]]);
  for (const clock of cutsOf(structs)) {
    const until = new Map([...end, [client, clock]]);
    const upTo = Y.createDocFromSnapshot(whole, Y.createSnapshot(Y.createDeleteSet(), until));
    pieces.push(Y.encodeStateAsUpdate(upTo, Y.encodeStateVector(from)));
    from = until;
  }
  // What was deleted by the update goes with its last piece.
  pieces.push(Y.diffUpdate(bytes, Y.encodeStateVector(from)));
  return pieces.map(base64OfBytes);
}

interface Struct {
  readonly id: { readonly clock: number };
  readonly length: number;
  readonly content?: { readonly str?: string };
}

/** Where to cut: never between the two halves of a letter, which Yjs would replace. */
function cutsOf(structs: readonly object[]): number[] {
  const cuts: number[] = [];
  let units = 0;
  for (const struct of structs as readonly Struct[]) {
    const words = struct.content?.str;
    if (words === undefined) {
      units += unitsOfOther;
      continue;
    }
    let at = 0;
    while (units + words.length - at > unitsPerPiece) {
      let cut = Math.max(at, Math.min(words.length, at + unitsPerPiece - units));
      if (isSecondHalf(words, cut)) cut -= 1;
      const clock = struct.id.clock + cut;
      if (clock > (cuts.at(-1) ?? clockOfFirst(structs))) cuts.push(clock);
      at = cut;
      units = 0;
    }
    units += words.length - at + unitsOfOther;
  }
  return cuts;
}

const clockOfFirst = (structs: readonly object[]): number => (structs[0] as Struct | undefined)?.id.clock ?? 0;
const isSecondHalf = (words: string, at: number): boolean => {
  const unit = words.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
};
