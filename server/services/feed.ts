/** Who wants to know of a commit. Only a hint: whoever is told reads the feed itself, so a lost hint loses nothing. */
export interface FeedListeners {
  /** Returns the way to stop. */
  listen(authorityId: string, heard: () => void): () => void;
  tell(authorityId: string): void;
}

export function feedListeners(): FeedListeners {
  const byAuthority = new Map<string, Set<() => void>>();
  return {
    listen(authorityId, heard) {
      const listeners = byAuthority.get(authorityId) ?? new Set();
      byAuthority.set(authorityId, listeners.add(heard));
      return () => {
        listeners.delete(heard);
        if (listeners.size === 0 && byAuthority.get(authorityId) === listeners) byAuthority.delete(authorityId);
      };
    },
    tell(authorityId) {
      for (const heard of [...(byAuthority.get(authorityId) ?? [])]) heard();
    },
  };
}
