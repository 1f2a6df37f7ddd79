/**
 * How far everything that was answered lies in a backup. Devices keep what is later. The server notes each second how
 * far the feed had come, and the backup says how far it has copied; between the two stands the instant.
 */
import type { Ports } from '#server/ports.ts';
import { feedHeads } from '#server/storage/restored.ts';
import type { Storage } from '#server/storage/database.ts';
import type { BackedUp } from '#server/adapters/backup/backed-up.ts';

export interface Safety {
  /** The server's clock for its answers: it never goes back, or what is answered later could pass for safe. */
  now(): number;
  /** Everything answered before this instant is in a backup. Undefined where none is made. */
  safe(authorityId: string): number | undefined;
}

export function noBackup(ports: Ports): Safety {
  return { now: ports.now, safe: () => undefined };
}

interface Mark {
  readonly at: number;
  readonly heads: ReadonlyMap<string, { readonly seq: number; readonly epoch: number }>;
}

export interface WatchedSafety extends Safety {
  /** Done every second. */
  look(): Promise<void>;
}

export function watchSafety(
  storage: Pick<Storage, 'db'>,
  ports: Ports,
  read: () => BackedUp | undefined,
): WatchedSafety {
  let last = 0;
  let marks: Mark[] = [];
  const safe = new Map<string, number>();
  const now = () => (last = Math.max(last, ports.now()));
  return {
    now,
    safe: (authorityId) => safe.get(authorityId),
    async look() {
      const at = now();
      // One millisecond later at least: what is answered in this one may be committed after the look.
      last += 1;
      const heads = await feedHeads(storage.db);
      marks.push({ at, heads: new Map(heads.map(({ authority_id: id, seq, epoch }) => [id, { seq, epoch }])) });
      for (const backed of read()?.heads ?? []) {
        const isIn = ({ heads: then }: Mark) => {
          const head = then.get(backed.authority);
          return head?.epoch === backed.epoch && head.seq <= backed.seq;
        };
        const mark = marks.findLast(isIn);
        if (mark !== undefined) safe.set(backed.authority, mark.at);
      }
      const oldest = Math.min(...safe.values());
      if (safe.size > 0) marks = marks.filter((one) => one.at >= oldest);
      // Without a backup nothing is ever asked of them; with one that is late, an hour of them is enough.
      marks = marks.slice(-marksMax);
    },
  };
}
const marksMax = 3_600;
