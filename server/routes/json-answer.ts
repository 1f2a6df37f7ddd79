/** An answer that may be long: packed when it is, and whoever asked can unpack it. */
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import { gzipAround, plainAround, type PackedText } from '#server/services/packed-text.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

export function jsonAnswer(c: Context<HubEnv>, value: object): Response {
  const json = JSON.stringify(value);
  if (json.length < packedFrom || !canUnpack(c)) return c.body(json, 200, headers);
  return c.body(gzipSync(json, { level }), 200, packedHeaders);
}
/**
 * The same with a long part that lies packed already, closed by `end`: it takes the place of the 0 with which the innermost
 * object of `value` ends.
 */
export function jsonAnswerAround(
  c: Context<HubEnv>,
  value: object,
  parts: readonly PackedText[],
  end: string,
): Response {
  const json = JSON.stringify(value);
  const closing = /0(\}+)$/.exec(json);
  if (closing === null) throw new Error('an answer leaves no room for the part that lies ready');
  const before = json.slice(0, closing.index);
  const after = end + (closing[1] ?? '');
  if (!canUnpack(c)) return c.body(plainAround(before, parts, after), 200, headers);
  return c.body(gzipAround(before, parts, after), 200, packedHeaders);
}

const canUnpack = (c: Context<HubEnv>): boolean => /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const packedHeaders = { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' };
/** Below this, the packing costs more than the few bytes that it saves. */
const packedFrom = 1_000;
/** The usual one takes twice the time for a tenth less. */
const level = 4;
