/**
 * The heavy part of text edits is done before the transaction, so that nobody's long paste holds up everybody's
 * commit: what was worked out for a state and an update is remembered, and used inside only if the state still is
 * byte for byte the same. If it moved meanwhile, it is all done again. What is large is done in another thread, and a
 * push with more of it than fits is taken in parts: the rest has no verdict yet, so the device sends it again.
 */
import { createHash } from 'node:crypto';
import { bytesOfBase64 } from '#sync/model/base64.ts';
import { addressOf, type DocumentId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { OpenText, TextRule } from '#sync/rules/rule.ts';
import type { Push, WireEdit } from '#sync/protocol/push.ts';
import { penById } from '#server/storage/documents.ts';
import type { Storage } from '#server/storage/database.ts';
import { storedText } from '#server/storage/sections.ts';
import { namesNow } from './apply-edits-older.ts';
import type { Forms } from './forms.ts';
import { noteTime, type TextJob, type TextStep, type TextWork } from '#server/adapters/text-work/text-work.ts';

/** An update above this, or work above that, is not done in the thread that serves everybody. */
export const lightUpdateBytesMax = 16 * 1024;
export const lightWorkBytesMax = 128 * 1024;
/** So much of one push's text work at a time: every step of it lies in memory until the commit. */
const workBytesMax = 4 * 1024 * 1024;

export interface TextFacts {
  readonly storage: Pick<Storage, 'db'>;
  readonly forms: Forms;
  readonly work: TextWork;
  readonly authority: string;
  readonly person: string;
  /** The server's clock, by which slow work is noticed. */
  now(): number;
  /** Text is decoded beforehand only where the person may write: nobody else's bytes cost us that work. */
  readonly writable: ReadonlySet<DocumentId>;
  /** At most so many updates. */
  readonly countMax: number;
  /** Edits that were logged without being judged. */
  readonly isTriedAgain?: true;
}
export interface PreparedTexts {
  readonly text: TextRule;
  readonly runs: Push['runs'];
  /** The runs are not all of the push. */
  readonly isCut: boolean;
  readonly count: number;
}

/** Undefined when too much waits already. */
export async function prepareTexts(facts: TextFacts, runs: Push['runs']): Promise<PreparedTexts | undefined> {
  const { work } = facts;
  const { job, edits, cut } = await gather(facts, runs);
  const isHere = isLight(job) && !job.names.some((name) => work.slow.has(name));
  // What is light is done where it stands, once: beforehand it would be done again whenever others write in between.
  if (isHere)
    return {
      text: rememberingRule(facts, job, [], 2 * lightWorkBytesMax),
      runs: cut === undefined ? runs : runsBefore(runs, cut),
      isCut: cut !== undefined,
      count: job.updates.length,
    };
  const steps = await work.run(facts.person, job);
  if (steps === undefined) return undefined;
  const text = rememberingRule(facts, job, steps, 0);
  const end = edits[steps.length] ?? cut;
  return {
    text,
    runs: end === undefined ? runs : runsBefore(runs, end),
    isCut: end !== undefined,
    count: steps.length,
  };
}

/** The text of this document moved while its updates were being worked at, and there is too much to do it here again. */
export class TextsMoved extends Error {}

interface Gathered {
  readonly job: TextJob;
  /** The edits that the updates came in. */
  readonly edits: readonly WireEdit[];
  /** The first edit for which there was no room. */
  readonly cut: WireEdit | undefined;
}

async function gather(
  { storage, forms, authority, writable, countMax, isTriedAgain }: TextFacts,
  runs: Push['runs'],
): Promise<Gathered> {
  const rule = forms.text;
  const places = new Map<string, number>();
  const states: Uint8Array[] = [];
  const names: string[] = [];
  const sizes: number[] = [];
  const updates: TextJob['updates'][number][] = [];
  const edits: WireEdit[] = [];
  let work = 0;
  for (const run of runs) {
    const { doc, pen, edits: all } = run;
    if (!writable.has(doc)) continue;
    const nameNow = await namesNow(storage.db, forms, authority, run);
    const done = isTriedAgain ? 0 : ((await penById(storage.db, pen))?.n ?? 0);
    for (const edit of all) {
      const [n, kind, holder, name, value] = edit;
      const update = kind === 'text' ? bytesOfBase64(value) : undefined;
      // What is known already gets its first verdict again, whatever stands in it.
      if (update === undefined || n <= done) continue;
      const field = nameNow(holder, name);
      const address = `${doc} ${addressOf(holder, field)}`;
      const text = places.get(address) ?? states.length;
      if (text === states.length) {
        places.set(address, text);
        names.push(address);
        states.push((await storedText(storage.db, doc, holder, field)) ?? rule.empty());
        sizes.push(states[text]?.length ?? 0);
      }
      const size = (sizes[text] ?? 0) + update.length;
      sizes[text] = size;
      work += size;
      if (updates.length > 0 && (work > workBytesMax || updates.length >= countMax))
        return { job: { states, names, updates }, edits, cut: edit };
      updates.push({ text, update, clientId: clientIdOfPen(pen) });
      edits.push(edit);
    }
  }
  return { job: { states, names, updates }, edits, cut: undefined };
}

function isLight({ states, updates }: TextJob): boolean {
  const sizes = states.map((state) => state.length);
  let work = 0;
  for (const { text, update } of updates) {
    if (update.length > lightUpdateBytesMax) return false;
    sizes[text] = (sizes[text] ?? 0) + update.length;
    work += sizes[text];
  }
  return work <= lightWorkBytesMax;
}

function runsBefore(runs: Push['runs'], end: WireEdit): Push['runs'] {
  const kept: Push['runs'] = [];
  for (const run of runs) {
    const at = run.edits.indexOf(end);
    if (at !== 0) kept.push(at < 0 ? run : { ...run, edits: run.edits.slice(0, at) });
    if (at >= 0) break;
  }
  return kept;
}

interface Remembered {
  readonly state: Uint8Array;
  readonly clientId: number;
  readonly step: TextStep;
}

/** `allowance` is how many bytes may be worked at here and now, inside the transaction, if they were not beforehand. */
function rememberingRule(
  { forms: { text: rule }, work, now }: TextFacts,
  { states, names, updates }: TextJob,
  steps: readonly TextStep[],
  allowance: number,
): TextRule {
  const memory = new Map<string, Remembered[]>();
  const remember = (update: Uint8Array, one: Remembered) => {
    const key = hashOf(update);
    memory.set(key, [...(memory.get(key) ?? []), one]);
  };
  const standing = [...states];
  for (const [at, step] of steps.entries()) {
    const { text, update, clientId } = updates[at] ?? { text: 0, update: new Uint8Array(), clientId: 0 };
    const state = standing[text] ?? rule.empty();
    remember(update, { state, clientId, step });
    if ('state' in step) standing[text] = step.state;
  }
  let left = allowance;
  const recall = (state: Uint8Array, update: Uint8Array, clientId?: number): TextStep => {
    const known = memory
      .get(hashOf(update))
      ?.find(
        (one) =>
          (clientId === undefined || one.clientId === clientId) &&
          (one.state === state || Buffer.compare(one.state, state) === 0),
      );
    if (known !== undefined) return known.step;
    left -= state.length + update.length;
    if (left < 0 || clientId === undefined || update.length > lightUpdateBytesMax) throw new TextsMoved();
    const before = now();
    const open = openTexts.get(state) ?? rule.open(state);
    const step = open.take(update, clientId);
    // Whoever writes next in this text, in this transaction or a later one, goes on from here.
    openTexts.delete(state);
    openTexts.set('state' in step ? step.state : state, open);
    for (const name of names) noteTime(work.slow, name, now() - before);
    remember(update, { state, clientId, step });
    return step;
  };
  return {
    ...rule,
    check(state, update, clientId) {
      const step = recall(state, update, clientId);
      return 'reason' in step ? step.reason : undefined;
    },
    merge(state, update) {
      const step = recall(state, update);
      if ('reason' in step) throw new Error('an unchecked update was merged');
      return step;
    },
  };
}

/** By the very bytes of their state, and forgotten with them. */
const openTexts = new WeakMap<Uint8Array, OpenText>();

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
