/**
 * Where a person was when the screen was locked: the page, the control and the caret. Kept in the tab's own session
 * storage; it holds random ids and numbers, never a word that was typed.
 */
const key = 'ehc-hub.return-place';

export interface ReturnPlace {
  readonly path: string;
  /** The id of the control that last had the focus on that page. */
  readonly control?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly scroll?: number | undefined;
}

let last: ReturnPlace | undefined;

/** Follows the focus and the caret inside `root`; the answer stops it. */
export function followPlace(root: HTMLElement): () => void {
  const note = () => {
    const control = document.activeElement;
    if (!(control instanceof HTMLElement) || control.id === '' || !root.contains(control)) return;
    last = { path: location.pathname, control: control.id, ...caretOf(control), scroll: scrollY };
  };
  const leave = () => void keepPlace();
  document.addEventListener('selectionchange', note);
  root.addEventListener('focusin', note);
  root.addEventListener('input', note);
  // A page that is loaded anew starts locked: it too leads back to the same control.
  addEventListener('pagehide', leave);
  return () => {
    document.removeEventListener('selectionchange', note);
    root.removeEventListener('focusin', note);
    root.removeEventListener('input', note);
    removeEventListener('pagehide', leave);
  };
}

/** False: the browser keeps nothing for a page; unlocking then leads to the first page. No word is lost by it. */
export function keepPlace(): boolean {
  const before = keptPlace(true);
  const known = [last, before].find((place) => place?.path === location.pathname);
  const here: ReturnPlace = known ?? { path: location.pathname, scroll: scrollY };
  try {
    sessionStorage.setItem(key, JSON.stringify(here));
    return true;
  } catch {
    return false;
  }
}

/** The place kept, and forgotten by being asked for unless `stay`. */
export function keptPlace(stay = false): ReturnPlace | undefined {
  const text = readKept();
  if (text === null) return undefined;
  if (!stay) sessionStorage.removeItem(key);
  const place = JSON.parse(text) as ReturnPlace;
  return typeof place.path === 'string' && place.path.startsWith('/') && !place.path.startsWith('//')
    ? place
    : undefined;
}

function readKept(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Gives focus and caret back; false while the control is not on the screen yet. */
export function restorePlace(place: ReturnPlace): boolean {
  const control = place.control === undefined ? null : document.getElementById(place.control);
  if (control === null) return false;
  control.focus();
  if (place.from === undefined) return true;
  const to = place.to ?? place.from;
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) {
    if (control.selectionStart !== null) control.setSelectionRange(place.from, to);
  } else if (control.isContentEditable) {
    const [start, end] = [pointAt(control, place.from), pointAt(control, to)];
    getSelection()?.setBaseAndExtent(...start, ...end);
  }
  return true;
}

function caretOf(control: HTMLElement): { from?: number; to?: number } {
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) {
    // Not every type of input tells where its caret is.
    return control.selectionStart === null
      ? {}
      : { from: control.selectionStart, to: control.selectionEnd ?? control.selectionStart };
  }
  const selection = getSelection();
  if (!control.isContentEditable || selection === null || selection.rangeCount === 0) return {};
  const range = selection.getRangeAt(0);
  if (!control.contains(range.startContainer)) return {};
  return {
    from: lettersBefore(control, range.startContainer, range.startOffset),
    to: lettersBefore(control, range.endContainer, range.endOffset),
  };
}

function lettersBefore(root: HTMLElement, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(root);
  range.setEnd(node, offset);
  return range.toString().length;
}

function pointAt(root: HTMLElement, letters: number): [Node, number] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = letters;
  let end: [Node, number] = [root, 0];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
    end = [node, length];
  }
  return end;
}
