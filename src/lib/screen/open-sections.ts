/** Which sections of a form stand open, so that unlocking or loading anew leads back to the same view. Keys of the form, never words. */
const keyOf = (doc: string) => `ehc-hub.open-sections.${doc}`;

/** Undefined where nothing was kept, and in browsers that keep nothing for a page. */
export function openSections(doc: string): readonly string[] | undefined {
  try {
    const kept = sessionStorage.getItem(keyOf(doc));
    return kept === null ? undefined : (JSON.parse(kept) as string[]);
  } catch {
    return undefined;
  }
}

/** False: the browser keeps nothing, and the form opens next time as it does at first. */
export function keepOpenSections(doc: string, sections: readonly string[]): boolean {
  try {
    sessionStorage.setItem(keyOf(doc), JSON.stringify(sections));
    return true;
  } catch {
    return false;
  }
}
