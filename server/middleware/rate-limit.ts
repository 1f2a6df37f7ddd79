/**
 * Limits by account and device first, by address only coarsely: a whole school shares one. A limit delays: who meets it
 * is told how long to wait, and what they wanted to send stays on their device.
 */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Ports } from '#server/ports.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export function rateLimit({ now }: Pick<Ports, 'now'>, rate: Rate, keyOf: (c: Context<HubEnv>) => string | undefined) {
  const buckets = makeBuckets(rate);
  return createMiddleware<HubEnv>(async (c, next) => {
    const key = keyOf(c);
    const waitMs = key === undefined ? 0 : buckets.take(key, now());
    return waitMs > 0 ? tooMany(c, waitMs) : next();
  });
}

export function tooMany(c: Context, waitMs: number) {
  c.header('retry-after', String(Math.ceil(waitMs / 1000)));
  return c.json({ error: 'too-many', reference: c.get('reference') }, 429);
}

export function makeBuckets({ perSecond, burst }: Rate) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const refillMs = (burst / perSecond) * 1000;
  return {
    /** Milliseconds to wait; 0 when it may happen now. `cost` is at most the whole bucket. */
    take(key: string, now: number, cost = 1): number {
      // A bucket that is full again is like one that never was.
      if (buckets.size > 10_000) for (const [name, { at }] of buckets) if (now - at >= refillMs) buckets.delete(name);
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
      const isTaken = tokens >= cost;
      buckets.set(key, { tokens: isTaken ? tokens - cost : tokens, at: now });
      return isTaken ? 0 : Math.max(1, ((cost - tokens) / perSecond) * 1000);
    },
    /** What was taken and not used after all. */
    giveBack(key: string, cost: number): void {
      const bucket = buckets.get(key);
      if (bucket !== undefined) bucket.tokens = Math.min(burst, bucket.tokens + cost);
    },
  };
}

/** The address of who asks. A forwarded one is believed only from a proxy that was named. */
export function addressOf(c: Context, trustedProxies: readonly string[]): string | undefined {
  const peer = (
    c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  )?.incoming?.socket?.remoteAddress?.replace(/^::ffff:/, '');
  if (peer === undefined || !trustedProxies.includes(peer)) return peer;
  const hops = (c.req.header('x-forwarded-for') ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean);
  return hops.findLast((hop) => !trustedProxies.includes(hop)) ?? peer;
}
