/**
 * Who wants to know of a commit, in this process and in others. Only a hint: whoever is told reads the feed itself by
 * the rights of that moment, so a lost hint loses nothing, and one too many shows nothing.
 */
import type { Others } from '#server/storage/database.ts';
import { listedStages, type Reader } from './viewer.ts';

/** Whom a commit can concern, so that the others are not woken to find nothing. */
export interface Concerns {
  /** Those who are in a document by themselves, or ever were, and those who are told something of their own. */
  readonly people: ReadonlySet<string>;
  /** Kind and stage of each document, also the stages that it left: lists by role. */
  readonly listed: ReadonlySet<string>;
}
export const listedAs = (kind: string, stage: string): string => `${kind} ${stage}`;

export interface FeedListeners {
  /** Returns the way to stop. */
  listen(authorityId: string, listener: FeedListener): () => void;
  /** Without `concerns` everybody is told, as those of other processes always are. */
  tell(authorityId: string, concerns?: Concerns): void;
}
export interface FeedListener {
  /** Who listens, by the rights that were read last. */
  readonly reader: () => Reader;
  heard(): void;
}

export function feedListeners(others?: Others): FeedListeners {
  const byAuthority = new Map<string, Set<FeedListener>>();
  const tellHere = (authorityId: string, concerns?: Concerns) => {
    for (const listener of [...(byAuthority.get(authorityId) ?? [])])
      if (concerns === undefined || isConcerned(listener.reader(), concerns)) listener.heard();
  };
  others?.listen('feed', (authorityId) => tellHere(authorityId));
  return {
    listen(authorityId, listener) {
      const listeners = byAuthority.get(authorityId) ?? new Set();
      byAuthority.set(authorityId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byAuthority.get(authorityId) === listeners) byAuthority.delete(authorityId);
      };
    },
    tell(authorityId, concerns) {
      tellHere(authorityId, concerns);
      others?.tell('feed', authorityId);
    },
  };
}

function isConcerned(reader: Reader, { people, listed }: Concerns): boolean {
  if (people.has(reader.person)) return true;
  for (const [kind, stages] of listedStages(reader))
    for (const stage of stages) if (listed.has(listedAs(kind, stage))) return true;
  return false;
}
