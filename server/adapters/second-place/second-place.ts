/** Where notes lie beside the database: lines that can be added and read, and never changed. */
export interface SecondPlace {
  /** Behind all lines before it; `isUrgent`: it is on the disk when this returns. What failed goes ahead of the next line. */
  add(line: string, isUrgent: boolean): Promise<void>;
  /** Oldest first. A line that a power cut tore is left out. */
  read(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** For tests of what never comes to a restore. */
export const noPlace: SecondPlace = {
  add: () => Promise.resolve(),
  async *read() {
    // Nothing was ever noted.
  },
  close: () => Promise.resolve(),
};
