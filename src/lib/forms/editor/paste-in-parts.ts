/**
 * A long paste as several changes: one change becomes one update, and an update has a largest size on the wire.
 * Three bytes a letter in many scripts, so a part stays well below it.
 */
import { Fragment, Slice, type Node } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';

const partLettersMax = 12_000;

/** True when the paste was done here; a short one is left to the editor itself. */
export function pasteInParts(view: EditorView, slice: Slice): boolean {
  if (slice.content.size <= partLettersMax) return false;
  const parts = partsOf(slice.content);
  parts.forEach((part, index) => {
    // The outer parts keep their open ends, so that the text joins what stands before and after it.
    const open = new Slice(part, index === 0 ? slice.openStart : 0, index === parts.length - 1 ? slice.openEnd : 0);
    view.dispatch(view.state.tr.replaceSelection(open).scrollIntoView().setMeta('paste', true));
  });
  return true;
}

function partsOf(content: Fragment): Fragment[] {
  const parts: Fragment[] = [];
  let part: Node[] = [];
  let size = 0;
  for (const node of content.content.flatMap(inPieces)) {
    if (size + node.nodeSize > partLettersMax && part.length > 0) {
      parts.push(Fragment.fromArray(part));
      [part, size] = [[], 0];
    }
    part.push(node);
    size += node.nodeSize;
  }
  if (part.length > 0) parts.push(Fragment.fromArray(part));
  return parts;
}

/** A single paragraph can be too long by itself: it is cut between letters, into paragraphs. */
function inPieces(node: Node): Node[] {
  if (!node.isTextblock || node.content.size <= partLettersMax) return [node];
  const pieces: Node[] = [];
  for (let from = 0; from < node.content.size; from += partLettersMax) {
    pieces.push(node.copy(node.content.cut(from, Math.min(node.content.size, from + partLettersMax))));
  }
  return pieces;
}
