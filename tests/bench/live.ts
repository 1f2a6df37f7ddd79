/**
 * People type together: a hundred documents of two, one edit every 50 milliseconds somewhere. How long from the edit
 * leaving one device until the other holds it, with the write on disk first.
 */
import type { FieldChange } from '#sync/protocol/changes.ts';
import type { Holder, PenId } from '#sync/model/ids.ts';
import { newId, prepareHub } from './prepared-hub.ts';
import { quantile, type Figures } from './report.ts';
import { WireClient } from './wire-client.ts';

export const pairsOfPeople = 100;
export const everyMs = 50;

export async function live(seconds: number): Promise<Figures> {
  const hub = await prepareHub();
  try {
    const pairs = [];
    for (let at = 0; at < pairsOfPeople; at += 1) {
      const [one, other] = [await hub.seat('senco'), await hub.seat('parent')];
      pairs.push({ doc: await hub.draft(one, [other]), one, other });
    }
    const server = await hub.start();
    try {
      const desks = pairs.map(({ doc, one, other }) => ({
        doc,
        pen: newId<PenId>(),
        n: 0,
        writer: new WireClient(one, server.port),
        reader: new WireClient(other, server.port),
      }));
      const sentAt = new Map<string, number>();
      const took: number[] = [];
      for (const { writer, reader } of desks) {
        for (const wire of [writer, reader]) {
          await wire.pull();
          await wire.listen();
        }
        reader.onChange = (change, at) => {
          const sent = change.t === 'field' ? sentAt.get(String((change as FieldChange).value)) : undefined;
          if (sent !== undefined) took.push(at - sent);
        };
      }
      const cpu = server.cpuSeconds();
      const edits = (seconds * 1000) / everyMs;
      const replies: Promise<unknown>[] = [];
      const start = performance.now();
      for (let at = 0; at < edits; at += 1) {
        const due = start + at * everyMs;
        await new Promise((next) => setTimeout(next, Math.max(0, due - performance.now())));
        const desk = desks[at % desks.length];
        if (desk === undefined) continue;
        const value = `word ${String(at)}`;
        sentAt.set(value, performance.now());
        desk.n += 1;
        const edit = [desk.n, 'set', 'child' as Holder, 'preferred_name', value, Date.now()] as const;
        replies.push(
          desk.writer.push({ runs: [{ doc: desk.doc, pen: desk.pen, form: 1, base: {}, edits: [[...edit]] }] }),
        );
      }
      await Promise.all(replies);
      const deadline = performance.now() + 10_000;
      while (took.length < edits && performance.now() < deadline) await new Promise((next) => setTimeout(next, 5));
      if (took.length < edits) throw new Error(`only ${String(took.length)} of ${String(edits)} edits were seen`);
      for (const { writer, reader } of desks) {
        writer.close();
        reader.close();
      }
      return {
        'p50, ms': quantile(took, 0.5),
        'p95, ms': quantile(took, 0.95),
        'p99, ms': quantile(took, 0.99),
        edits,
        'server CPU, s': server.cpuSeconds() - cpu,
      };
    } finally {
      await server.stop();
    }
  } finally {
    await hub.storage.close();
    hub.remove();
  }
}
