/** Where notes lie beside the database: lines that can be added and read, and never changed. */
export interface SecondPlace {
  /** Behind all lines before it; `isUrgent`: it is on the disk when this returns. What failed goes ahead of the next line. */
  add(line: string, isUrgent: boolean): Promise<void>;
  /** Oldest first. A line that a power cut tore is left out. */
  read(): AsyncIterable<string>;
  /** Of whole days before this instant only what `kept` answers stays; that it goes is all that ever happens to a line. */
  compact(before: number, kept: (line: string) => string | undefined): Promise<void>;
  close(): Promise<void>;
}

/** For tests of what never comes to a restore. */
export const noPlace: SecondPlace = {
  add: () => Promise.resolve(),
  async *read() {
    // Nothing was ever noted.
  },
  compact: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
