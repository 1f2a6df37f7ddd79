/**
 * An authority's list as it stands, packed once for all who see it for the same roles' sake. It is never trusted by
 * itself: whenever it is handed out, it is compared with the feed in the same moment of the database, and what changed
 * since is read anew, so it holds what these roles give at that moment and no row more. What the feed does not show to
 * belong to this history is put together from nothing, in pieces between which others read.
 */
import type { Kysely } from 'kysely';
import type { DeviceId, PersonId } from '#sync/model/ids.ts';
import type { Listed } from '#sync/protocol/listed.ts';
import { roleNamed } from '#sync/roles/index.ts';
import type { Ports } from '#server/ports.ts';
import type { Storage } from '#server/storage/database.ts';
import { feedHead, markAt } from '#server/storage/feed.ts';
import { documentsChanged, documentsListed } from '#server/storage/list-rows.ts';
import type { Tables } from '#server/storage/schema.ts';
import type { Forms } from './forms.ts';
import { listedRows } from './list-lines.ts';
import { groupsOf, listedEnd, secondOf, withChanges, type Group, type ListedRow } from './list-pages.ts';
import type { PackedText } from './packed-text.ts';
import { isHideable, listedStages, type Reader } from './viewer.ts';

/** Thrown in the middle of reading: `prepare` it, and read again. */
export class ListNotReady extends Error {}

export interface ListSnapshots {
  /** Whether the reader's lists are the same for all of the same roles. */
  isShared(reader: Reader): boolean;
  prepare(reader: Reader): Promise<void>;
  /** The list at `head`, as this moment of the database has it. */
  standing(db: Kysely<Tables>, reader: Reader, head: Head): Promise<readonly Group[]>;
}
interface Head {
  readonly seq: number;
  readonly mark: number;
  readonly epoch: number;
}
interface Snapshot {
  readonly head: Head;
  readonly groups: readonly Group[];
  /** When its first row was read: names of people are read again at some time. */
  readonly readAt: number;
}

/** One group of a list as it goes over the wire: by its parts, or as what they say. */
export class ListedGroup implements Listed {
  readonly parts: readonly PackedText[];
  constructor({ names, pages }: Group) {
    this.parts = [names, ...pages.map(({ text }) => text)];
  }
  get names(): Listed['names'] {
    return this.toJSON().names;
  }
  get pages(): Listed['pages'] {
    return this.toJSON().pages;
  }
  toJSON(): Listed {
    return JSON.parse(Buffer.concat(this.parts.map(({ text }) => text)).toString() + listedEnd) as Listed;
  }
}

export function listSnapshots({
  storage,
  forms,
  ports,
}: {
  readonly storage: Storage;
  readonly forms: Forms;
  readonly ports: Ports;
}): ListSnapshots {
  const snapshots = new Map<string, Snapshot>();
  const preparing = new Map<string, Promise<void>>();
  const keyOf = (reader: Reader) => `${reader.authority} ${[...reader.roles].sort().join()}`;

  const keep = (key: string, snapshot: Snapshot) => {
    const known = snapshots.get(key);
    if (
      known?.head.epoch === snapshot.head.epoch &&
      known.head.seq >= snapshot.head.seq &&
      known.readAt >= snapshot.readAt
    )
      return;
    // The newest stands last; what nobody asked for longest goes first.
    snapshots.delete(key);
    snapshots.set(key, snapshot);
    const [oldest] = snapshots.keys();
    if (snapshots.size > snapshotsMax && oldest !== undefined) snapshots.delete(oldest);
  };

  /** Undefined: it is of another history or too far behind. */
  const standingNow = async (
    db: Kysely<Tables>,
    reader: Reader,
    head: Head,
    known: Snapshot,
  ): Promise<Snapshot | undefined> => {
    if (ports.now() - known.readAt > keptMs) return undefined;
    if (known.head.epoch !== head.epoch || known.head.seq > head.seq) return undefined;
    const { seq } = known.head;
    if (seq > 0 && (await markAt(db, reader.authority, seq)) !== known.head.mark) return undefined;
    if (seq === head.seq) return known;
    const range = { authorityId: reader.authority, since: seq, until: head.seq, limit: changesMax };
    const ids = (await documentsChanged(db, range)).map((row) => row.document_id);
    if (ids.length === changesMax) return undefined;
    const rows = await listedRows(db, forms, everyone(reader), ids);
    const changed = new Map<string, ListedRow | undefined>(ids.map((id) => [id, rows.get(id)]));
    const next = { ...known, head, groups: withChanges(known.groups, changed) };
    keep(keyOf(reader), next);
    return next;
  };

  const build = async (reader: Reader): Promise<void> => {
    const readAt = ports.now();
    const of = everyone(reader);
    const { head, order } = await storage.read(async (db) => ({
      head: (await feedHead(db, reader.authority)) ?? { seq: 0, mark: 0, epoch: 0 },
      order: await listOrder(db, reader),
    }));
    const rows = new Map<string, ListedRow>();
    // What changes meanwhile is in the feed after `head`, and is read anew before anybody is told of it.
    for (let from = 0; from < order.length; from += rowsAtOnce) {
      const ids = order.slice(from, from + rowsAtOnce);
      for (const [id, row] of await storage.read((db) => listedRows(db, forms, of, ids))) rows.set(id, row);
    }
    const sorted = order.flatMap((id) => rows.get(id) ?? []);
    const { seq, mark, epoch } = head;
    keep(keyOf(reader), { head: { seq, mark, epoch }, groups: groupsOf(sorted), readAt });
  };

  return {
    isShared: (reader) => {
      const kinds = [...listedStages(reader).keys()];
      const rows = reader.roles.flatMap((name) => roleNamed(name)?.rows ?? []);
      return (
        kinds.length > 0 &&
        kinds.every((kind) => {
          const form = forms.formOf(kind);
          return form !== undefined && !isHideable(reader, form);
        }) &&
        // Whoever may end others' shares is told of them in the line itself.
        !rows.some(({ whose, may }) => whose === 'other' && may.includes('unshare'))
      );
    },
    prepare(reader) {
      const key = keyOf(reader);
      const under = preparing.get(key) ?? build(reader).finally(() => preparing.delete(key));
      preparing.set(key, under);
      return under;
    },
    async standing(db, reader, head) {
      const known = snapshots.get(keyOf(reader));
      const snapshot = known && (await standingNow(db, reader, head, known));
      if (snapshot !== undefined) return snapshot.groups;
      // Only if it is still this one: another may have been put together while the database was asked.
      if (known !== undefined && snapshots.get(keyOf(reader)) === known) snapshots.delete(keyOf(reader));
      throw new ListNotReady();
    },
  };
}

/** Nobody in particular: nothing in a list is anyone's own. */
const everyone = (reader: Reader): Reader => ({ ...reader, person: '' as PersonId, device: '' as DeviceId });

async function listOrder(db: Kysely<Tables>, reader: Reader): Promise<string[]> {
  const found = [];
  for (const [kind, stages] of listedStages(reader))
    found.push(...(await documentsListed(db, { authorityId: reader.authority, kind, stages: [...stages] })));
  return found
    .map(({ id, submitted_at }) => ({ id, at: submitted_at ?? 0 }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/** The groups that follow one that ended in this second. */
export const groupAfter = (groups: readonly Group[], second: number): number =>
  groups.findIndex((group) => lastSecondOf(group) > second);
export const lastSecondOf = ({ pages }: Group): number => secondOf({ at: pages.at(-1)?.ats.at(-1) ?? 0 });

const snapshotsMax = 8;
/** Above this, putting it together anew is quicker. */
const changesMax = 500;
const rowsAtOnce = 256;
const keptMs = 3_600_000;
