/** An answer that may be long: packed when it is, and whoever asked can unpack it. */
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';
import type { HubEnv } from '#server/services/session-facts.ts';

export function jsonAnswer(c: Context<HubEnv>, value: object): Response {
  const json = JSON.stringify(value);
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (json.length < packedFrom || !/\bgzip\b/.test(c.req.header('accept-encoding') ?? ''))
    return c.body(json, 200, headers);
  return c.body(gzipSync(json, { level }), 200, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
}
/** Below this, the packing costs more than the few bytes that it saves. */
const packedFrom = 1_000;
/** The usual one takes twice the time for a tenth less. */
const level = 4;
