/** The list of documents on this device, from sealed rows, with what is not on the Hub yet counted. */
import type { DocumentId } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import { contentsOf, hasContents, isInSummary, mineViews, type Contents } from './document-state.ts';
import type { ListedDocument, MineView } from './hub.ts';
import { countUnsent, readOutbox, readSettings } from './outbox.ts';
import { isUnsent, type Outbox } from './records.ts';
import { repeating } from './repeating.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

/** `reading`: the store was not read yet. `fetching`: it was, and the Hub has not told this device of everything yet. */
export type ListStage = 'reading' | 'fetching' | 'here';

/** What the line of one document is made of. */
const line = { tables: ['documents', 'sections', 'mine'] } as const;

export interface DocumentList {
  readonly stage: Watched<ListStage>;
  readonly documents: Watched<readonly ListedDocument[]>;
  readonly mine: Watched<readonly MineView[]>;
  stop(): void;
}

export function listDocuments(account: Account): DocumentList {
  const documents = watched<readonly ListedDocument[]>([]);
  const mine = watched<readonly MineView[]>([]);
  const stage = watched<ListStage>('reading');
  const byRef = new Map<string, { readonly listed: ListedDocument | undefined; readonly mine: readonly MineView[] }>();
  const changed = new Set<string>();
  const written = new Set<string>();
  /** Of documents in which somebody types: one's own key changes nothing in them. */
  const kept = new Map<string, Contents>();
  let isAllStale = true;

  const readOne = async (docRef: string, outbox: Outbox, isChanged: boolean) => {
    if (isChanged) kept.delete(docRef);
    const contents = kept.get(docRef) ?? contentsOf((await account.store.read(docRef, line)).rows);
    if (!isChanged) kept.set(docRef, contents);
    if (contents.facts === undefined && contents.mine.length === 0) byRef.delete(docRef);
    else byRef.set(docRef, { listed: await listedOf(account, contents, outbox), mine: mineViews(contents) });
  };
  const reads = repeating(async () => {
    const refs = isAllStale
      ? new Set([
          ...(await account.store.scopes('documents')),
          ...(await account.store.scopes('mine')),
          ...byRef.keys(),
        ])
      : new Set([...changed, ...written]);
    const isRead = isAllStale ? refs : new Set(changed);
    isAllStale = false;
    changed.clear();
    written.clear();
    const [outbox, { cursor, isListing }] = await Promise.all([readOutbox(account.store), readSettings(account.store)]);
    for (const docRef of refs) await readOne(docRef, outbox, isRead.has(docRef));
    const all = [...byRef.values()];
    documents.set(
      all.flatMap((one) => (one.listed === undefined ? [] : [one.listed])).sort((a, b) => b.updatedAt - a.updatedAt),
    );
    mine.set(all.flatMap((one) => one.mine).sort((a, b) => b.at - a.at));
    // As it stood before the rows were read: they hold what it speaks of.
    stage.set(cursor === undefined || isListing === true ? 'fetching' : 'here');
  }, troubleAsResult);
  const stopNews = account.news.on((message) => {
    if (message.t === 'folded') message.docRefs.forEach((docRef) => changed.add(docRef));
    else if (message.t === 'wrote' && message.docRef !== undefined)
      (message.what === 'command' ? changed : written).add(message.docRef);
    else if (message.t === 'missed') isAllStale = true;
    else return;
    reads.ask();
  });
  reads.ask();
  return {
    documents,
    mine,
    stage,
    stop: stopNews,
  };
}

async function listedOf(account: Account, contents: Contents, outbox: Outbox): Promise<ListedDocument | undefined> {
  const { facts } = contents;
  if (facts === undefined) return undefined;
  const own: Outbox = {
    edits: outbox.edits.filter((one) => one.value.doc === facts.doc),
    commands: outbox.commands.filter((one) => one.value.command.doc === facts.doc),
  };
  // A key in a long text must not read the document again: only what the line shows is folded.
  const named = own.edits.filter(({ value }) => isInSummary(value.edit));
  if (named.length === 0) return listed(contents, own);
  const { waitingSummary } = await import('./waiting-summary.ts');
  return listed(contents, own, await waitingSummary(account, contents, facts, named));
}

/** One's own waiting words show in the list too. */
export function listed(contents: Contents, outbox: Outbox, waiting?: ListedDocument['summary']): ListedDocument {
  const { facts } = contents;
  if (facts === undefined) throw new Error('a document without its first row was listed');
  const { t: _, isLocal, ...rest } = facts;
  const made = Math.max(0, ...outbox.edits.map((one) => one.value.edit.made));
  const moved = movedTo(outbox);
  return {
    ...rest,
    ...moved,
    full: hasContents(contents),
    summary: waiting ?? rest.summary,
    updatedAt: Math.max(rest.updatedAt, made, moved?.updatedAt ?? 0),
    unsent: countUnsent(outbox, facts.doc as DocumentId),
    isLocal: isLocal === true,
  };
}

/** Into the bin and out of it at once, also without a connection: the Hub has the last word. */
function movedTo({ commands }: Outbox): Pick<ListedDocument, 'stage' | 'may' | 'updatedAt'> | undefined {
  const last = commands.findLast(
    (one) => isUnsent(one) && ['delete-draft', 'restore-draft'].includes(one.value.command.name),
  );
  if (last === undefined) return undefined;
  const stage = last.value.command.name === 'delete-draft' ? 'deleted' : 'draft';
  // What may be done there is the Hub's to say; until it has, the draft can be looked at.
  return { stage, may: ['see'], updatedAt: last.value.made };
}
