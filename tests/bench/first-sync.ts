/**
 * A co-ordinator's device that is new, and an authority full of cases: how long until the whole list is there, and what it
 * weighs. The floor is measured in the same run: the same rows in one body that was made and packed beforehand, over
 * bare Hono, without session, signature, rights or history; read by the same code.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { DocumentId } from '#sync/model/ids.ts';
import type { DocumentChange } from '#sync/protocol/changes.ts';
import { unpackListed, type Listed } from '#sync/protocol/listed.ts';
import { groupsOf } from '#server/services/list-pages.ts';
import { ListedGroup } from '#server/services/list-snapshots.ts';
import { SeededRandom } from '#tests/simulation/random.ts';
import { prepareHub, type PreparedHub, type RunningServer, type Seat } from './prepared-hub.ts';
import { receivedCases } from './received-cases.ts';
import type { Figures } from './report.ts';
import { WireClient } from './wire-client.ts';

const changed = 20;
/** Of each started server: one device that meets it cold, and these after it. */
const devicesAfter = 3;

export interface FirstSync {
  readonly cold: Figures;
  readonly warm: readonly Figures[];
}

export async function firstSync(cases: number, seed: number): Promise<FirstSync> {
  const hub = await prepareHub();
  try {
    const seats: Seat[] = [];
    for (let at = 0; at <= devicesAfter; at += 1) seats.push(await hub.seat('co-ordinator'));
    const received = await receivedCases(hub, cases, new SeededRandom(seed));
    const server = await hub.start();
    try {
      const figures: Figures[] = [];
      for (const seat of seats) figures.push(await oneDevice(hub, server, seat, received));
      const [cold = {}, ...warm] = figures;
      return { cold, warm };
    } finally {
      await server.stop();
    }
  } finally {
    await hub.storage.close();
    hub.remove();
  }
}

async function oneDevice(
  hub: PreparedHub,
  server: RunningServer,
  seat: Seat,
  received: readonly DocumentId[],
): Promise<Figures> {
  const wire = new WireClient(seat, server.port);
  const cpu = server.cpuSeconds();
  const start = performance.now();
  await wire.pull();
  const ms = performance.now() - start;
  const spent = server.cpuSeconds() - cpu;
  const rows = [...wire.state.values()].filter((change) => change.t === 'doc');
  if (rows.length !== received.length)
    throw new Error(`the list holds ${String(rows.length)} of ${String(received.length)} cases`);
  const first = wire.bytes;
  await touch(hub, received.slice(0, changed));
  const again = performance.now();
  await wire.pull();
  const reconnect = performance.now() - again;
  const after = wire.bytes;
  wire.close();
  const floor = await bareFloor(rows);
  return {
    'first sync, ms': ms,
    'floor, ms': floor.ms,
    'first sync, KiB': (first.sent + first.received) / 1024,
    'floor, KiB': floor.bytes / 1024,
    'of which ids, KiB': packedIds(rows) / 1024,
    'server CPU, s': spent,
    'reconnect, ms': reconnect,
    'reconnect, KiB': (after.sent + after.received - first.sent - first.received) / 1024,
    'peak memory, MiB': server.peakMemoryMiB(),
  };
}

/** Ids are random: they pack to twelve bytes each, whatever is done. */
const packedIds = (rows: readonly DocumentChange[]): number => gzipSync(rows.map(({ doc }) => doc).join('')).length;

async function bareFloor(rows: readonly DocumentChange[]): Promise<{ ms: number; bytes: number }> {
  const groups = groupsOf(rows.map((row) => ({ at: row.updatedAt, row })));
  const body = new Uint8Array(gzipSync(JSON.stringify(groups.map((group) => new ListedGroup(group))), { level: 9 }));
  const app = new Hono().get('/list', (c) => c.body(body, 200, { 'content-encoding': 'gzip' }));
  const server = serve({ fetch: app.fetch, port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  try {
    const start = performance.now();
    const pieces: Buffer[] = [];
    await new Promise<void>((done, fail) => {
      request({ host: '127.0.0.1', port, path: '/list' }, (answer) => {
        answer.on('data', (piece: Buffer) => void pieces.push(piece)).on('end', () => done());
      })
        .on('error', fail)
        .end();
    });
    const packed = Buffer.concat(pieces);
    const told = JSON.parse(gunzipSync(packed).toString()) as Listed[];
    const held = new Map(told.flatMap((listed) => unpackListed(listed).map((row) => [row.doc, row])));
    const ms = performance.now() - start;
    if (held.size !== rows.length) throw new Error('the floor brought other rows');
    return { ms, bytes: packed.length };
  } finally {
    server.close();
  }
}

/** What a day's work does to the list: a commit for each of them. */
async function touch(hub: PreparedHub, documents: readonly DocumentId[]): Promise<void> {
  for (const id of documents)
    await hub.storage.write(async (tx) => {
      const { seq } = await tx
        .updateTable('feed_head')
        .set((e) => ({ seq: e('seq', '+', 1), mark: 8 }))
        .where('authority_id', '=', hub.authority)
        .returning('seq')
        .executeTakeFirstOrThrow();
      await tx.insertInto('feed_mark').values({ authority_id: hub.authority, seq, mark: 8 }).execute();
      await tx.updateTable('document').set({ seq, updated_at: Date.now() }).where('id', '=', id).execute();
      await tx
        .insertInto('feed')
        .values({ seq, authority_id: hub.authority, document_id: id, person_id: null, what: 'change' })
        .execute();
    });
}
