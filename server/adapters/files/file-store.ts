/** Where the bytes of files lie. It knows random names and lengths, never whose a file is or what it is called. */
export interface FileStore {
  /** How many bytes of it lie there safely; 0 for a name that was never written. */
  length(name: string): Promise<number>;
  /**
   * Adds behind what lies there; resolves with the new length when it is on the disk. When the source breaks off, what
   * came before is kept just as safely, and the source's error goes on to the caller. One writer a name at a time.
   */
  append(name: string, source: AsyncIterable<Uint8Array>): Promise<number>;
  /** From the first byte, or from `from`. Throws when what lies there is not what was written. */
  read(name: string, from?: number): AsyncIterable<Uint8Array>;
  /** Without a trace, also of its key. A name that was never written is removed already. */
  remove(name: string): Promise<void>;
}
