/** What comes from outside is parsed once, here: bounded, strict, and unknown keys are refused. */
import type { Context } from 'hono';
import type * as z from 'zod/mini';
import type { HubEnv } from '#server/services/session-facts.ts';

const jsonBytesMax = 16 * 1024;

export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly response: Response };

export async function readJson<T>(c: Context<HubEnv>, shape: z.ZodMiniType<T>): Promise<Read<T>> {
  const bytes = await readBytes(c, jsonBytesMax);
  const parsed = bytes === undefined ? undefined : shape.safeParse(jsonOf(bytes));
  if (bytes === undefined || parsed?.success !== true) {
    return {
      ok: false,
      response: c.json({ error: 'unreadable', reference: c.get('reference') }, bytes === undefined ? 413 : 422),
    };
  }
  return { ok: true, value: parsed.data, bytes };
}

/** Undefined when there are more than allowed: reading stops there, whatever length was announced. */
export async function readBytes(c: Context<HubEnv>, bytesMax: number): Promise<Uint8Array | undefined> {
  const announced = Number(c.req.header('content-length') ?? NaN);
  // Over a real line no more comes than was announced: taken in one piece it costs much less than by the piece.
  if (announced <= bytesMax && (c.env as { incoming?: object } | undefined)?.incoming !== undefined)
    return new Uint8Array(await c.req.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of c.req.raw.body ?? []) {
    length += piece.byteLength;
    if (length > bytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
