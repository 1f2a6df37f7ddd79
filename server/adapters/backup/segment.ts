/** One step of a backup as it lies sealed: what it says of itself, then notes of the second place, then changed pages. */
import { createHash } from 'node:crypto';

/** One authority's place in the feed. */
export interface BackedUpHead {
  readonly authority: string;
  readonly epoch: number;
  readonly seq: number;
  readonly mark: number;
}
export interface SegmentFacts {
  readonly at: number;
  /** The hash of the step before: none can be left out. */
  readonly after: string;
  readonly pageBytes: number;
  readonly heads: readonly BackedUpHead[];
  /** Files that are new since the step before, and those that are not there any more. */
  readonly files: readonly { readonly path: string; readonly object: string; readonly hash: string }[];
  readonly gone: readonly string[];
  /** How many bytes of which file of the second place follow, in this order. */
  readonly notes: readonly { readonly name: string; readonly bytes: number }[];
}

export function* writeSegment(facts: SegmentFacts, parts: Iterable<Buffer>): Generator<Buffer> {
  const said = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(said.length);
  yield length;
  yield said;
  yield* parts;
}

/** Bytes in order, so many at a time. */
export class Reader {
  readonly #source: Iterator<Buffer>;
  #waiting: Buffer = Buffer.alloc(0);

  constructor(source: Iterable<Buffer>) {
    this.#source = source[Symbol.iterator]();
  }

  /** Fewer only at the end. */
  take(count: number): Buffer {
    if (this.#waiting.length >= count) {
      const taken = this.#waiting.subarray(0, count);
      this.#waiting = this.#waiting.subarray(count);
      return taken;
    }
    const parts = [this.#waiting];
    let length = this.#waiting.length;
    while (length < count) {
      const next = this.#source.next();
      if (next.done === true) break;
      parts.push(next.value);
      length += next.value.length;
    }
    const all = Buffer.concat(parts);
    this.#waiting = all.subarray(count);
    return all.subarray(0, count);
  }

  facts(): SegmentFacts {
    const length = this.take(4).readUInt32BE();
    return JSON.parse(this.take(length).toString()) as SegmentFacts;
  }
}

/** Hands on what passes, and says its hash when all of it has. */
export function* hashing(source: Iterable<Buffer>, done: (hash: string) => void): Generator<Buffer> {
  const hash = createHash('sha256');
  for (const part of source) {
    hash.update(part);
    yield part;
  }
  done(hash.digest('base64url'));
}
