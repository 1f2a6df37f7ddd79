/**
 * The Yjs client id of a pen: two histories under one client id lose words without a sign, so it is derived from the
 * pen, which is random and never used again; the server still refuses a pen whose client id the document knows already.
 */
import type { PenId } from './ids.ts';

/** 32 bits, FNV-1a over the pen's letters. */
export function clientIdOfPen(pen: PenId): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < pen.length; at += 1) hash = Math.imul(hash ^ pen.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
