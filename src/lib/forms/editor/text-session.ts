/**
 * One rich text while its form is open: a Yjs document between the editor and the device store.
 * It lives as long as the form, not as long as the editor: a second Yjs document under one pen would count its client's
 * edits from the wrong number and lose words without a sign.
 */
import * as Y from 'yjs';
import type { DocumentView } from '#lib/screen/document-view.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { Holder } from '#sync/model/ids.ts';
import { textFragment, textUpdateBytesMax } from '#sync/rules/text.ts';
import { typingPace, type TypingPace } from '../typing-pace.ts';

export interface TextSession {
  readonly fragment: Y.XmlFragment;
  readonly pace: TypingPace;
  close(): void;
}

/** What comes from the store; everything else was done by the person in front of the screen. */
const fromStore = Symbol('from the store');

export function textSession(document: DocumentView, holder: Holder, field: string): TextSession {
  const text = new Y.Doc({ gc: true });
  text.clientID = document.clientId;
  let waiting: Uint8Array[] = [];

  const pace = typingPace(
    async () => {
      if (waiting.length === 0) return;
      const taken = waiting;
      waiting = [];
      // A long paste is one large update: the parts keep their order, and none depends on a later one.
      for (const update of inBatches(taken)) {
        await document.write({ kind: 'text', holder, field, value: base64OfBytes(update) });
      }
    },
    () => document.typing(pace),
  );

  text.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === fromStore) return;
    waiting.push(update);
    pace.typed();
  });

  let appliedVer = -1;
  function takeIn(): void {
    const view = document.text(holder, field);
    if (view.state !== undefined && view.ver !== appliedVer) Y.applyUpdate(text, view.state, fromStore);
    appliedVer = view.ver;
    // One's own updates come back from the store, and those of another tab with them: what is known already changes nothing.
    for (const update of view.updates) Y.applyUpdate(text, update, fromStore);
    // Last, because Yjs takes a new client id by itself when its own words come in from outside, as they do when a form is
    // opened again under one pen; the Hub refuses words under an id that is not the pen's.
    if (text.clientID !== document.clientId) text.clientID = document.clientId;
  }
  takeIn();
  // Others' words are taken in as often as one's own are saved: each key of one's own calls this too.
  const taking = typingPace(async () => takeIn());
  const stop = document.subscribe(() => taking.typed());

  return {
    fragment: text.getXmlFragment(textFragment),
    pace,
    close() {
      stop();
      // Nothing more is taken in: the text is destroyed once what was typed is on its way.
      void pace.flush().finally(() => text.destroy());
    },
  };
}

/** Updates merged as far as they fit into one edit. */
function inBatches(updates: readonly Uint8Array[]): Uint8Array[] {
  const batches: Uint8Array[] = [];
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const update of updates) {
    if (bytes + update.byteLength > textUpdateBytesMax * 0.9 && batch.length > 0) {
      batches.push(Y.mergeUpdates(batch));
      [batch, bytes] = [[], 0];
    }
    batch.push(update);
    bytes += update.byteLength;
  }
  if (batch.length > 0) batches.push(Y.mergeUpdates(batch));
  return batches;
}
