/** The event stream: lines of JSON in the body of one long answer, with a heartbeat so that a dead line shows itself. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { hasListed } from '#sync/protocol/listed.ts';
import { isPacked, packFrame } from '#sync/protocol/pack.ts';
import { cursor as cursorShape } from '#sync/protocol/push.ts';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { rateLimit } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import { changesStream } from '#server/services/changes-since-stream.ts';
import { diskStateIn, placesOf, type Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import type { Sync } from '#server/services/sync.ts';
import { packedLines } from './packed-lines.ts';

export function streamRoutes(deps: Deps, sync: Sync) {
  const open = new Map<string, Set<() => void>>();
  // Each opening reads everything afresh; a device on a bad line opens one every few seconds.
  const perDevice = rateLimit(deps.ports, { perSecond: 1, burst: 30 }, (c) => c.get('session').deviceId);
  return new Hono<HubEnv>().get('/stream', requireSession(deps), perDevice, (c) => {
    const session = c.get('session');
    const device = session.deviceId;
    if (device === undefined || c.req.header('hub-device') !== device)
      return c.json({ error: 'device-unknown', reference: c.get('reference') }, 401);
    const cursor = cursorShape.safeParse(c.req.header('hub-cursor') || null);
    const packs = isPacked(Number(c.req.header('hub-protocol') ?? 1));
    if (!cursor.success) return c.json({ error: 'unreadable', reference: c.get('reference') }, 422);

    // The first apps did not say which version they speak here: it was the first.
    const version = Number(c.req.header('hub-protocol') ?? 1);
    if (!(version >= oldestProtocolVersion))
      return c.json({ error: 'app-too-old', reference: c.get('reference') }, 426);
    if (version > protocolVersion) {
      c.header('retry-after', '300');
      return c.json({ error: 'newer-app', reference: c.get('reference') }, 503);
    }

    c.header('content-type', 'application/x-ndjson; charset=utf-8');
    c.header('cache-control', 'no-store, no-transform');
    c.header('x-accel-buffering', 'no');
    const packed = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '') ? packedLines() : undefined;
    if (packed !== undefined) c.header('content-encoding', 'gzip');
    return stream(
      c,
      async (out) => {
        let isClosed = false;
        const ended: (() => void)[] = [];
        const close = () => {
          isClosed = true;
          ended.forEach((then) => then());
        };
        out.onAbort(close);
        const streams = makeRoom(open, device);
        streams.add(close);
        try {
          const end = { isClosed: () => isClosed, onClose: (then: () => void) => void ended.push(then) };
          for await (const line of changesStream(sync, session, cursor.data, end, hasListed(version))) {
            const wire = 'frame' in line && packs ? { frame: packFrame(line.frame) } : line;
            const text = `${JSON.stringify(wire)}\n`;
            await out.write(packed?.line(text) ?? text);
          }
          if (packed !== undefined && !isClosed) await out.write(packed.end());
        } finally {
          streams.delete(close);
          if (streams.size === 0 && open.get(device) === streams) {
            open.delete(device);
            // Whom nobody can be told of any more: the tabs that go on say so again when the line is back.
            sync.presence.say({
              authority: session.authorityId,
              person: session.personId,
              device,
              pen: null,
              place: null,
            });
          }
        }
      },
      (error) => {
        // The answer has begun, so no status can tell of it any more: the line ends, and the device pulls.
        const line = { at: deps.ports.now(), reference: c.get('reference') };
        const state = diskStateIn(error);
        if (state !== undefined) deps.log({ ...line, event: 'server', code: state });
        else deps.log({ ...line, event: 'bug', code: error.name, where: placesOf(error) });
        return Promise.resolve();
      },
    );
  });
}

/** A telephone that lost its line leaves a stream behind; the oldest gives way, so the device is never shut out. */
function makeRoom(open: Map<string, Set<() => void>>, device: string): Set<() => void> {
  const streams = open.get(device) ?? new Set();
  open.set(device, streams);
  const [oldest] = streams;
  if (streams.size >= streamsPerDeviceMax && oldest !== undefined) {
    streams.delete(oldest);
    oldest();
  }
  return streams;
}
const streamsPerDeviceMax = 2;
