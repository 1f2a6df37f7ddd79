/** The editor of rich text: only what the closed tree can hold exists in it, so that a paste brings nothing else along. */
import { Editor, type Extensions } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { StarterKit } from '@tiptap/starter-kit';
import type { XmlFragment } from 'yjs';
import { cleanLibraryMarkup } from '#lib/components/trusted-html.ts';
import { pasteInParts } from './paste-in-parts.ts';
import { plainPaste } from './plain-paste.ts';
import { TextSize } from './text-size.ts';

interface Wanted {
  readonly place: HTMLElement;
  readonly fragment: XmlFragment;
  readonly attributes: Record<string, string>;
  onchange(): void;
  onblur(): void;
}

export function createEditor({ place, fragment, attributes, onchange, onblur }: Wanted): Editor {
  // It reads markup that was pasted, and knows no Trusted Types of its own.
  cleanLibraryMarkup();
  return new Editor({
    element: place,
    extensions: extensions(fragment),
    // Its style element would need a hole in the page's policy; the same rules stand in our own style sheet.
    injectCSS: false,
    editorProps: {
      attributes,
      // Tab moves on, as in any other field: an editor must never hold a keyboard.
      handleDOMEvents: { keydown: (_view, event) => event.key === 'Tab' },
      transformPastedHTML: plainPaste,
      handlePaste: (view, _event, slice) => pasteInParts(view, slice),
    },
    onTransaction: onchange,
    onBlur: onblur,
  });
}

const extensions = (fragment: XmlFragment): Extensions => [
  StarterKit.configure({
    blockquote: false,
    code: false,
    codeBlock: false,
    heading: false,
    horizontalRule: false,
    link: false,
    dropcursor: false,
    gapcursor: false,
    trailingNode: false,
    // Undo is Yjs's own, which undoes this pen's words and never anyone else's.
    undoRedo: false,
  }),
  TextSize,
  Collaboration.configure({ fragment }),
];
