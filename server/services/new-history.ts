/**
 * A database that was put back to an earlier state begins a new history: no cursor of the old one counts, so every
 * device gets the list of what is there and offers again what it had been told was accepted. What the second place holds
 * of the lost time is done before anyone may read: rights that ended stay ended, letters that went do not go again, and
 * no number is given twice. It depends on no kind of database.
 */
import type { Kysely, Transaction } from 'kysely';
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import type { Ports } from '#server/ports.ts';
import { auditAfter } from '#server/storage/audit.ts';
import { markAt } from '#server/storage/feed.ts';
import { note, type Note, type SignedHead } from '#server/storage/notes.ts';
import {
  counterYears,
  endAgain,
  feedHeads,
  jumpCounter,
  keepVersAsRestored,
  remember,
  rightsEndedSince,
  sentAgain,
  setEpoch,
} from '#server/storage/restored.ts';
import type { Storage } from '#server/storage/database.ts';
import type { Tables } from '#server/storage/schema.ts';
import { auditNow } from './audit-now.ts';
import { calendarDay } from './commands/calendar.ts';

type Commit = Extract<Note, { is: 'commit' }>;

/**
 * Asked at every start, before anyone may read. True when the database is not the one that the second place knows: it
 * was put back by hand, and a new history has begun.
 */
export async function noticeReplacement(storage: Storage, place: SecondPlace, ports: Ports): Promise<boolean> {
  const known = await lastKnown(place);
  for (const { commit, head } of known.values()) {
    if ((commit === undefined || (await stands(storage.db, commit))) && (await isAuditedStill(storage.db, head)))
      continue;
    await beginNewHistory(storage, place, ports);
    return true;
  }
  await noteWhatWasMissed(storage, known);
  return false;
}

/** Not everything that is noted as done is a commit that anyone is told of: of a lost sign-in only the audit knows. */
const isAuditedStill = async (db: Kysely<Tables>, head: SignedHead | undefined): Promise<boolean> =>
  head === undefined || (await auditAfter(db, head.of, head.last - 1, 1))[0]?.hash === head.hash;

interface Known {
  readonly commit?: Commit;
  readonly head?: SignedHead;
}
/**
 * The furthest commit of the newest history of each authority. Lines of several processes do not stand quite in the order
 * of their commits: each adds its own when it has heard that its commit is done.
 */
async function lastKnown(place: SecondPlace): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const over = new Set<string>();
  for await (const notes of notesIn(place)) {
    for (const one of notes.filter(({ is }) => is === 'commit') as Commit[]) {
      const before = known.get(one.of)?.commit;
      if (over.has(`${one.of} ${String(one.epoch)}`)) continue;
      if (before !== undefined && before.epoch !== one.epoch) over.add(`${one.of} ${String(before.epoch)}`);
      if (before?.epoch !== one.epoch || before.seq < one.seq)
        known.set(one.of, { ...(before?.epoch === one.epoch && known.get(one.of)), commit: one });
    }
    for (const one of notes) if (one.is === 'audit') known.set(one.of, { ...known.get(one.of), head: one });
  }
  return known;
}

/** `isWrittenOn`: the replacement was noticed late, when others had written already. */
export async function beginNewHistory(
  storage: Pick<Storage, 'write' | 'db'>,
  place: SecondPlace,
  ports: Ports,
  isWrittenOn = false,
): Promise<void> {
  const lost = await lostNotes(storage.db, place);
  await storage.write(async (tx) => {
    const at = ports.now();
    await keepVersAsRestored(tx, isWrittenOn);
    for (const one of lost) await replay(tx, one, at);
    for (const head of await feedHeads(tx)) {
      await jumpCounters(tx, head.authority_id, lost, at);
      const epoch = Buffer.from(ports.random(4)).readUInt32BE();
      await setEpoch(tx, head.authority_id, epoch, at);
      await auditNow(tx, { ports }, head.authority_id, { action: 'history.replaced', actor: null });
      note(tx, { is: 'commit', of: head.authority_id, seq: head.seq, mark: head.mark, epoch });
    }
  });
}

async function replay(tx: Transaction<Tables>, lost: Note, at: number): Promise<void> {
  if (lost.is === 'ended') await endAgain(tx, lost);
  if (lost.is === 'sent') await sentAgain(tx, lost.id, at);
  if (lost.is === 'edits')
    for (const [n, hash] of lost.taken)
      await remember(tx, { what: 'edit', id: `${lost.pen}.${String(n)}`, detail: hash, at: lost.at });
}

/** Every year that has a counter, and this one: the first number of a year may lie in the lost time. */
async function jumpCounters(tx: Transaction<Tables>, of: string, lost: readonly Note[], at: number): Promise<void> {
  const given = lost.filter((one) => one.is === 'number').filter((one) => one.of === of);
  const years = new Set([...(await counterYears(tx, of)).map(({ year }) => year), ...given.map(({ year }) => year)]);
  years.add(Number(calendarDay(at).slice(0, 4)));
  for (const year of years)
    await jumpCounter(tx, of, year, Math.max(0, ...given.filter((one) => one.year === year).map(({ last }) => last)));
}

/** What stands in the second place behind the last commit that the database still has; all of it where it has none. */
async function lostNotes(db: Kysely<Tables>, place: SecondPlace): Promise<Note[]> {
  const heads = new Map((await feedHeads(db)).map((head) => [head.authority_id, head]));
  let lost: { readonly commit: Commit | undefined; readonly notes: readonly Note[] }[] = [];
  for await (const notes of notesIn(place)) {
    const commit = notes.find((one) => one.is === 'commit');
    const head = commit && heads.get(commit.of);
    const isHere =
      commit !== undefined &&
      head !== undefined &&
      commit.epoch === head.epoch &&
      commit.seq <= head.seq &&
      (await markAt(db, commit.of, commit.seq)) === commit.mark;
    // With this one everything before it is in the database, but for a later commit whose line another process wrote first.
    if (isHere)
      lost = lost.filter(
        ({ commit: other }) => other?.of === commit.of && other.epoch === commit.epoch && other.seq > commit.seq,
      );
    else lost.push({ commit, notes });
  }
  return lost.flatMap(({ notes }) => notes);
}

async function stands(db: Kysely<Tables>, { of, seq, mark, epoch }: Commit): Promise<boolean> {
  const head = (await feedHeads(db)).find((one) => one.authority_id === of);
  return head?.epoch === epoch && head.seq >= seq && (seq === 0 || (await markAt(db, of, seq)) === mark);
}

/** A server that was killed between a commit and its note left rights that ended without one. */
async function noteWhatWasMissed(storage: Storage, known: ReadonlyMap<string, Known>): Promise<void> {
  await storage.write(async (tx) => {
    for (const head of await feedHeads(tx)) {
      const seq = known.get(head.authority_id)?.commit?.seq ?? 0;
      if (seq >= head.seq) continue;
      for (const { what, id, at } of await rightsEndedSince(tx, head.authority_id, seq))
        note(tx, { is: 'ended', what, id, at });
      note(tx, { is: 'commit', of: head.authority_id, seq: head.seq, mark: head.mark, epoch: head.epoch });
    }
  });
}

async function* notesIn(place: SecondPlace): AsyncGenerator<Note[]> {
  for await (const line of place.read()) yield JSON.parse(line) as Note[];
}
