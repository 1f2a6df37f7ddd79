/**
 * Many people come back at once, each with 25 edits that waited: how long until every one of them is told that all is
 * safe, how long until all see the same, and what it costs the server. Afterwards it is checked that nothing is missing.
 */
import { sql } from 'kysely';
import { request as requestForm } from '#sync/forms/request/index.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { FieldChange, TextChange } from '#sync/protocol/changes.ts';
import { SeededRandom } from '#tests/simulation/random.ts';
import { editsEach, insertionsEach, offlineWork, type OfflineWork } from './offline-work.ts';
import { prepareHub, storedBytes, type PreparedHub, type RunningServer, type Seat } from './prepared-hub.ts';
import type { Figures } from './report.ts';
import { WireClient } from './wire-client.ts';

export const clientsPerDocument = 4;

interface Client {
  readonly wire: WireClient;
  readonly work: OfflineWork;
}

/** One server, and `waves` storms one after the other, each with its own people and documents: the first meets it cold. */
export async function storm(clients: number, waves: number, seed: number): Promise<Figures[]> {
  const random = new SeededRandom(seed);
  const hub = await prepareHub();
  try {
    const places = [];
    for (let wave = 0; wave < waves; wave += 1) places.push(await placesIn(hub, clients));
    const server = await hub.start();
    try {
      const figures: Figures[] = [];
      for (const wave of places) figures.push(await oneStorm(hub, server, wave, (n) => random.below(n)));
      return figures;
    } finally {
      await server.stop();
    }
  } finally {
    await hub.storage.close();
    hub.remove();
  }
}

interface Place {
  readonly doc: DocumentId;
  readonly seats: readonly Seat[];
}
async function placesIn(hub: PreparedHub, clients: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let at = 0; at < clients / clientsPerDocument; at += 1) {
    const starter = await hub.seat('senco');
    const others: Seat[] = [];
    for (let each = 1; each < clientsPerDocument; each += 1) others.push(await hub.seat('senco'));
    places.push({ doc: await hub.draft(starter, others), seats: [starter, ...others] });
  }
  return places;
}

async function oneStorm(
  hub: PreparedHub,
  server: RunningServer,
  places: readonly Place[],
  below: (n: number) => number,
): Promise<Figures> {
  const all: Client[] = places.flatMap(({ doc, seats }) =>
    seats.map((seat) => ({ wire: new WireClient(seat, server.port), work: offlineWork(requestForm, doc, below) })),
  );
  // They had the document before they went offline.
  for (const { wire } of all) await wire.pull();
  const was = all.map(({ wire }) => wire.bytes);
  const stored = storedBytes(hub.folder);
  const cpu = server.cpuSeconds();

  const start = performance.now();
  let durable = 0;
  await Promise.all(
    all.map(async ({ wire, work }) => {
      const reply = await wire.push({ runs: [work.run], pull: true });
      durable = Math.max(durable, performance.now() - start);
      const accepted = reply.verdicts.filter(([, , is]) => ['applied', 'merged', 'conflict'].includes(is));
      if (accepted.length !== editsEach)
        throw new Error(`of ${String(editsEach)} edits ${String(accepted.length)} were taken`);
      await wire.listen();
    }),
  );
  const whole = await untilConverged(hub, all);
  const converged = Math.max(...all.map(({ wire }) => wire.changedAt)) - start;
  const spent = server.cpuSeconds() - cpu;
  const bytes = all.reduce((sum, { wire }, at) => {
    const now = wire.bytes;
    return sum + now.sent + now.received - (was[at]?.sent ?? 0) - (was[at]?.received ?? 0);
  }, 0);
  for (const { wire } of all) wire.close();
  return {
    'all durable, ms': durable,
    'all converged, ms': converged,
    'server CPU, s': spent,
    'server CPU an edit, µs': (spent / (all.length * editsEach)) * 1e6,
    'bytes both ways, KiB': bytes / 1024,
    'bytes stored, KiB': (storedBytes(hub.folder) - stored) / 1024,
    'peak memory, MiB': server.peakMemoryMiB(),
    'asked to come again': all.reduce((sum, { wire }) => sum + wire.waits, 0),
    'insertions kept whole': whole,
    'insertions made': all.length * insertionsEach,
  };
}

/** Until everyone holds what the database holds; gives how many insertions stand there whole. */
async function untilConverged(hub: PreparedHub, clients: readonly Client[]): Promise<number> {
  const documents = new Set(clients.map(({ work }) => work.run.doc));
  const fields = await rowsOf(hub, 'field', 'value', documents);
  const texts = await rowsOf(hub, 'text', 'tree', documents);
  const deadline = performance.now() + 120_000;
  for (const { wire, work } of clients) {
    const lacks = () => [
      ...differing(
        fields.get(work.run.doc),
        (place) => (wire.state.get(`field ${place}`) as FieldChange | undefined)?.value,
      ),
      ...differing(
        texts.get(work.run.doc),
        (place) => (wire.state.get(`text ${place}`) as TextChange | undefined)?.tree,
      ),
    ];
    while (lacks().length > 0) {
      if (performance.now() > deadline) throw new Error(`a client never saw ${lacks().slice(0, 5).join(', ')}`);
      await new Promise((next) => setTimeout(next, 10));
    }
  }
  const trees = [...texts.values()].flatMap((places) => [...places.values()]).join('\n');
  return clients.flatMap(({ work }) => work.insertions).filter((words) => trees.includes(words)).length;
}

const differing = (rows: ReadonlyMap<string, string> | undefined, held: (place: string) => unknown): string[] =>
  [...(rows ?? [])].filter(([place, value]) => JSON.stringify(held(place)) !== value).map(([place]) => place);

async function rowsOf(
  hub: PreparedHub,
  table: 'field' | 'text',
  value: 'value' | 'tree',
  documents: ReadonlySet<DocumentId>,
) {
  const { rows } = await sql<{ doc: DocumentId; place: string; held: string }>`
    select document_id as doc, document_id || ' ' || holder || ' ' || field as place, ${sql.ref(value)} as held
    from ${sql.table(table)}`.execute(hub.storage.db);
  const byDocument = new Map<string, Map<string, string>>();
  for (const { doc, place, held } of rows.filter((row) => documents.has(row.doc)))
    byDocument.set(doc, (byDocument.get(doc) ?? new Map()).set(place, held));
  return byDocument;
}
