/**
 * What only this page's memory has, and loading it afresh would lose: files that were chosen and not yet added. It is
 * told to whoever is about to load the page afresh.
 */
const holders = new Set<() => boolean>();

export const isPageHeld = (): boolean => [...holders].some((holds) => holds());

/** The answer takes it back. */
export function holdPage(holds: () => boolean): () => void {
  holders.add(holds);
  return () => void holders.delete(holds);
}
