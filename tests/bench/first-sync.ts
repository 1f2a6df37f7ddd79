/** A co-ordinator's device that is new, and an authority full of cases: how long until the whole list is there, and what it weighs. */
import type { DocumentId } from '#sync/model/ids.ts';
import { SeededRandom } from '#tests/simulation/random.ts';
import { newId, prepareHub, type PreparedHub, type Seat } from './prepared-hub.ts';
import type { Figures } from './report.ts';
import { WireClient } from './wire-client.ts';

const changed = 20;
const calendarDate = (at: number): string => new Date(at).toISOString().slice(0, 10);

export async function firstSync(cases: number, seed: number): Promise<Figures> {
  const hub = await prepareHub();
  try {
    const officer = await hub.seat('co-ordinator');
    const family = await hub.seat('parent');
    const received = await receivedRequests(hub, family, cases, new SeededRandom(seed));
    const server = await hub.start();
    try {
      const wire = new WireClient(officer, server.port);
      const cpu = server.cpuSeconds();
      const start = performance.now();
      await wire.pull();
      const ms = performance.now() - start;
      const held = [...wire.state.values()].filter((change) => change.t === 'doc').length;
      if (held !== cases) throw new Error(`the list holds ${String(held)} of ${String(cases)} cases`);
      const first = wire.bytes;
      const spent = server.cpuSeconds() - cpu;
      await touch(hub, received.slice(0, changed));
      const again = performance.now();
      await wire.pull();
      const reconnect = performance.now() - again;
      const after = wire.bytes;
      wire.close();
      return {
        'first sync, ms': ms,
        'first sync, KiB': (first.sent + first.received) / 1024,
        'server CPU, s': spent,
        'reconnect, ms': reconnect,
        'reconnect, KiB': (after.sent + after.received - first.sent - first.received) / 1024,
        'peak memory, MiB': server.peakMemoryMiB(),
      };
    } finally {
      await server.stop();
    }
  } finally {
    await hub.storage.close();
    hub.remove();
  }
}

const firstNames = 'Amina Ben Chloe Daniel Ewa Farid Grace Hannah Ismail Jamie Kezia Leo Maya Noor Oscar Priya'.split(
  ' ',
);
const lastNames =
  'Ahmed Begum Carter Davies Evans Foster Green Hughes Iqbal Jones Kaur Lewis Mensah Nowak Owen Patel'.split(' ');

async function receivedRequests(
  hub: PreparedHub,
  { person }: Seat,
  cases: number,
  random: SeededRandom,
): Promise<DocumentId[]> {
  const all: DocumentId[] = [];
  const start = Date.UTC(2024, 0, 8);
  await hub.storage.write(async (tx) => {
    for (let at = 0; at < cases; at += 1) {
      const id = newId<DocumentId>();
      const receivedAt = start + Math.floor((at / cases) * 700) * 86_400_000 + random.below(40_000_000);
      all.push(id);
      const rights = { document_id: id, authority_id: hub.authority };
      await tx
        .insertInto('document')
        .values({
          id,
          authority_id: hub.authority,
          kind: 'request',
          form: 1,
          stage: 'received',
          starter_id: person,
          case_number: `EHC/${calendarDate(receivedAt).slice(2, 4)}/${String(at + 1).padStart(4, '0')}`,
          received_on: calendarDate(receivedAt),
          submitted_at: receivedAt,
          submitted_by: person,
          created_at: receivedAt - random.below(30 * 86_400) * 1000,
          updated_at: receivedAt,
          seq: at + 1,
        })
        .execute();
      await tx
        .insertInto('section')
        .values({ ...rights, section: 'child', ver: 3, updated_at: receivedAt, seq: at + 1 })
        .execute();
      const answers = {
        first_name: random.pick(firstNames),
        last_name: random.pick(lastNames),
        dob: calendarDate(Date.UTC(2008 + random.below(12), random.below(12), 1 + random.below(28))),
      };
      for (const [field, value] of Object.entries(answers))
        await tx
          .insertInto('field')
          .values({
            ...rights,
            section: 'child',
            holder: 'child',
            field,
            value: JSON.stringify(value),
            base: 'null',
            sides: JSON.stringify([{ value, person, device: newId(), ver: 1, stamp: receivedAt, edit: 'a.1' }]),
            conflict: null,
            ver: 1,
            at: receivedAt,
            seq: at + 1,
          })
          .execute();
    }
    await tx
      .insertInto('feed_head')
      .values({ authority_id: hub.authority, seq: cases, mark: 7, epoch: 1, audit_hash: '' })
      .execute();
    for (const [at, id] of all.entries()) {
      const of = { authority_id: hub.authority, seq: at + 1 };
      await tx
        .insertInto('feed_mark')
        .values({ ...of, mark: 7 })
        .execute();
      await tx
        .insertInto('feed')
        .values({ ...of, document_id: id, person_id: null, what: 'change' })
        .execute();
    }
  });
  return all;
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
