/**
 * Who wants to know of a commit, in this process and in others. Only a hint: whoever is told reads the feed itself by
 * the rights of that moment, so a lost hint loses nothing, and one too many shows nothing.
 */
import type { PersonId } from '#sync/model/ids.ts';
import { roles } from '#sync/roles/index.ts';
import type { Others } from '#server/storage/database.ts';
import { nextTurn } from '#server/storage/next-turn.ts';
import { listedStages, type Reader } from './viewer.ts';

/** Whom a commit can concern, so that the others are not woken to find nothing. */
export interface Concerns {
  /** Those who are in a document by themselves, or ever were, and those who are told something of their own. */
  readonly people: ReadonlySet<string>;
  /** Kind and stage of each document, also the stages that it left: lists by role. */
  readonly listed: ReadonlySet<string>;
  /** Devices whose own words it holds: they have their answer, and are told after the others. */
  readonly authors: ReadonlySet<string>;
}
export const listedAs = (kind: string, stage: string): string => `${kind} ${stage}`;

export interface FeedListeners {
  /** Returns the way to stop. */
  listen(authorityId: string, listener: FeedListener): () => void;
  /** Without `concerns` everybody is told, as those of other processes always are. */
  tell(authorityId: string, concerns?: Concerns): void;
}
export interface FeedListener {
  /** Who listens, always the same person, by the rights that were read last. */
  readonly reader: () => Reader;
  heard(): void;
}

interface Listening {
  readonly all: Set<FeedListener>;
  readonly byPerson: Map<string, Set<FeedListener>>;
}

export function feedListeners(others?: Others): FeedListeners {
  const byAuthority = new Map<string, Listening>();
  const tellHere = (authorityId: string, concerns?: Concerns) => {
    const listening = byAuthority.get(authorityId);
    if (listening === undefined) return;
    const authors: FeedListener[] = [];
    for (const listener of concerns === undefined ? [...listening.all] : concerned(listening, concerns))
      if (concerns?.authors.has(listener.reader().device) === true) authors.push(listener);
      else listener.heard();
    if (authors.length > 0) void nextTurn().then(() => authors.forEach((listener) => listener.heard()));
  };
  others?.listen('feed', (authorityId) => tellHere(authorityId));
  return {
    listen(authorityId, listener) {
      const { person } = listener.reader();
      const listening = byAuthority.get(authorityId) ?? { all: new Set(), byPerson: new Map() };
      byAuthority.set(authorityId, listening);
      listening.all.add(listener);
      listening.byPerson.set(person, (listening.byPerson.get(person) ?? new Set()).add(listener));
      return () => {
        listening.all.delete(listener);
        const own = listening.byPerson.get(person);
        own?.delete(listener);
        if (own?.size === 0) listening.byPerson.delete(person);
        if (listening.all.size === 0 && byAuthority.get(authorityId) === listening) byAuthority.delete(authorityId);
      };
    },
    tell(authorityId, concerns) {
      tellHere(authorityId, concerns);
      others?.tell('feed', authorityId);
    },
  };
}

/** Thousands listen, and a commit concerns a few of them: the others are not even looked at where it can be helped. */
function concerned({ all, byPerson }: Listening, { people, listed }: Concerns): Set<FeedListener> {
  const found = new Set<FeedListener>();
  for (const person of people) for (const listener of byPerson.get(person) ?? []) found.add(listener);
  const seen = [...listed].filter((one) => listedByAny.has(one));
  if (seen.length === 0) return found;
  for (const listener of all) {
    const lists = listsOf(listener.reader());
    if (seen.some((one) => lists.has(one))) found.add(listener);
  }
  return found;
}

/** By the roles that somebody holds: there are few sets of them, however many people. */
const listsByRoles = new Map<string, ReadonlySet<string>>();
function listsOf(reader: Pick<Reader, 'person' | 'roles'>): ReadonlySet<string> {
  const key = reader.roles.join();
  const known = listsByRoles.get(key);
  if (known !== undefined) return known;
  const lists = new Set<string>();
  for (const [kind, stages] of listedStages(reader)) for (const stage of stages) lists.add(listedAs(kind, stage));
  listsByRoles.set(key, lists);
  return lists;
}
/** What some role lists: in a draft, for instance, nobody needs to be looked for by role. */
const listedByAny = listsOf({ person: '' as PersonId, roles: roles.map(({ name }) => name) });
