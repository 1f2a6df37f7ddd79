/**
 * What the status line says: computed from the outbox, the queue in memory and what the loop is at. It never says that
 * something is saved because no error was seen, and never says so before the commit.
 */
import type { Account } from './account.ts';
import type { Activity } from './activity.ts';
import { unsentFiles } from './file-records.ts';
import type { FileShelf } from './file-shelf.ts';
import type { Status } from './hub.ts';
import { countUnsent, readOutbox, readSettings } from './outbox.ts';
import { isUnsent } from './records.ts';
import type { DeviceReason } from './result.ts';
import { repeating } from './repeating.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

export interface StatusFacts {
  /** Edits that are only in memory. */
  readonly held: number;
  readonly trouble: DeviceReason | undefined;
  readonly isDamaged: boolean;
  /** Edits and commands that the Hub has not answered. */
  readonly unsent: number;
  readonly activity: Activity;
  readonly savedHere: number | undefined;
  readonly savedThere: number | undefined;
}

export function statusOf(facts: StatusFacts): Status {
  const { held, trouble, activity } = facts;
  const unsent = facts.unsent + held;
  const at = facts.unsent > 0 ? facts.savedHere : facts.savedThere;
  const base = { unsent, ...(at !== undefined && { at }) };
  if (trouble === 'storage-full' || trouble === 'storage-closed') return { kind: 'problem', reason: trouble, ...base };
  if (held > 0) return { kind: 'saving', ...base };
  if (facts.isDamaged) return { kind: 'problem', reason: 'damaged', ...base };
  if (activity.is === 'stopped') return { kind: 'problem', reason: activity.reason, ...base };
  if (activity.is === 'signed-out') return { kind: 'signed-out', ...base };
  if (facts.unsent === 0) return { kind: 'saved-hub', ...base };
  return activity.is === 'waiting'
    ? { kind: 'waiting', reason: activity.reason, ...base }
    : { kind: 'saved-device', ...base };
}

/** News after which the queue, or what it counts on, can be another. */
const changesQueue: ReadonlySet<string> = new Set(['wrote', 'folded', 'renamed', 'missed']);

export interface StatusWatch {
  readonly status: Watched<Status>;
  /** Something was typed, or became durable. */
  typed(): void;
  stop(): void;
}

/** What is only in memory, in all open documents, and why if storing it failed. */
export interface InMemory {
  readonly held: number;
  readonly trouble: DeviceReason | undefined;
}

export function watchStatus(
  account: Account,
  inMemory: () => InMemory,
  activity: Watched<Activity>,
  files: Pick<FileShelf, 'kept' | 'ready'>,
): StatusWatch {
  const same = (a: Status, b: Status) => JSON.stringify(a) === JSON.stringify(b);
  let facts: Pick<StatusFacts, 'trouble' | 'isDamaged' | 'unsent' | 'savedHere' | 'savedThere'> = {
    trouble: undefined,
    isDamaged: false,
    unsent: 0,
    savedHere: undefined,
    savedThere: undefined,
  };
  const now = () => {
    const { held, trouble } = inMemory();
    return statusOf({ ...facts, held, trouble: trouble ?? facts.trouble, activity: activity.current });
  };
  // Until the outbox was read, nothing is known to be saved anywhere.
  const status = watched<Status>({ kind: 'saving', unsent: 0 }, same);
  let isRead = false;
  const show = () => {
    if (isRead || inMemory().held > 0) status.set(now());
  };
  // What was read before a word became durable must not speak after it, so nothing is shown while another read is due.
  let due = 0;
  const reads = repeating(async () => {
    const mine = due;
    try {
      const [outbox, { saved }] = await Promise.all([readOutbox(account.store), readSettings(account.store)]);
      await files.ready;
      const waiting = unsentFiles(files.kept.current, outbox);
      const made = [
        ...outbox.edits.filter(isUnsent).map((one) => one.value.edit.made),
        ...waiting.map((one) => one.made),
      ];
      const orders = outbox.commands.filter(isUnsent).map((one) => one.value.made);
      const savedHere = made.length + orders.length === 0 ? undefined : Math.max(...made, ...orders);
      facts = {
        ...facts,
        trouble: undefined,
        unsent: countUnsent(outbox) + waiting.length,
        savedHere,
        savedThere: saved,
      };
    } catch (error) {
      facts = { ...facts, trouble: troubleAsResult(error).reason };
    }
    isRead = mine === due;
    show();
  }, troubleAsResult);
  const refresh = () => {
    due += 1;
    reads.ask();
  };
  let known = '';
  const stops = [
    account.news.on((message) => changesQueue.has(message.t) && refresh()),
    account.store.onDamage((scope) => {
      if (scope === 'outbox') facts = { ...facts, isDamaged: true };
      refresh();
    }),
    activity.subscribe(show),
    files.kept.subscribe((kept) => {
      const stages = kept.map(({ id, stage }) => `${id} ${stage}`).join();
      // How far one is changes nothing here.
      if (stages !== known) refresh();
      known = stages;
    }),
  ];
  refresh();
  return {
    status,
    typed() {
      isRead = false;
      due += 1;
      show();
      // While a word is only in memory, the disk has nothing to add; when it is durable, this is called again.
      if (inMemory().held === 0) refresh();
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
