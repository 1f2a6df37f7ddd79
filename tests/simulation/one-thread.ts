/**
 * Must be imported before anything of the project. What the runtime does on other threads is done on this one, so that a
 * seed always plays the same: the same algorithms with the same key sizes from `node:crypto` and `node:zlib`, whose
 * answers come in the very next microtask instead of whenever a thread is ready. Nothing is weaker than what ships.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  KeyObject,
  sign,
  type webcrypto,
} from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

type Bytes = Uint8Array<ArrayBuffer>;
type Given = readonly unknown[];
interface Gcm {
  readonly iv: Uint8Array;
  readonly additionalData: Uint8Array;
}
interface Hkdf {
  readonly salt: Uint8Array;
  readonly info: Uint8Array;
}

const { subtle } = globalThis.crypto;
const tagBytes = 16;
const objects = new WeakMap<CryptoKey, KeyObject>();
const objectOf = (key: CryptoKey): KeyObject => {
  const known = objects.get(key) ?? KeyObject.from(key as webcrypto.CryptoKey);
  objects.set(key, known);
  return known;
};
const bufferOf = (...pieces: Buffer[]): ArrayBuffer => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.buffer;
};

const ours = {
  encrypt({ iv, additionalData }: Gcm, key: CryptoKey, plain: Uint8Array): ArrayBuffer {
    const cipher = createCipheriv('aes-256-gcm', objectOf(key), iv);
    cipher.setAAD(additionalData);
    const first = cipher.update(plain);
    return bufferOf(first, cipher.final(), cipher.getAuthTag());
  },
  decrypt({ iv, additionalData }: Gcm, key: CryptoKey, sealed: Uint8Array): ArrayBuffer {
    const decipher = createDecipheriv('aes-256-gcm', objectOf(key), iv);
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    return bufferOf(decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final());
  },
  sign(algorithm: unknown, key: CryptoKey, data: Uint8Array): ArrayBuffer {
    if (nameOf(algorithm) === 'HMAC') return bufferOf(createHmac('sha256', objectOf(key)).update(data).digest());
    if (nameOf(algorithm) === 'Ed25519') return bufferOf(sign(null, data, objectOf(key)));
    return bufferOf(sign('sha256', data, { key: objectOf(key), dsaEncoding: 'ieee-p1363' }));
  },
  deriveKey(
    { salt, info }: Hkdf,
    from: CryptoKey,
    wanted: { readonly name: string; readonly length: number },
    extractable: boolean,
    usages: KeyUsage[],
  ): CryptoKey {
    const derived = createSecretKey(Buffer.from(hkdfSync('sha256', objectOf(from), salt, info, wanted.length / 8)));
    const algorithm = wanted.name === 'HMAC' ? { name: 'HMAC', hash: 'SHA-256' } : wanted;
    const key = derived.toCryptoKey(algorithm as never, extractable, usages as never) as CryptoKey;
    objects.set(key, derived);
    return key;
  },
};

/** Whatever else is asked for (stretching a password, making a key pair) stays the runtime's: only the template asks. */
const namesDoneHere: Readonly<Record<keyof typeof ours, readonly string[]>> = {
  encrypt: ['AES-GCM'],
  decrypt: ['AES-GCM'],
  sign: ['HMAC', 'ECDSA', 'Ed25519'],
  deriveKey: ['HKDF'],
};
const nameOf = (algorithm: unknown): string =>
  typeof algorithm === 'string' ? algorithm : (algorithm as { name: string }).name;

/** What is still on another thread: nothing counts as at rest until it is back. */
let elsewhere = 0;
for (const name of [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'digest',
  'deriveKey',
  'deriveBits',
  'importKey',
] as const) {
  const theirs = subtle[name].bind(subtle) as (...given: Given) => Promise<unknown>;
  const here = (ours as Partial<Record<typeof name, unknown>>)[name] as ((...given: Given) => unknown) | undefined;
  const done: readonly string[] = (namesDoneHere as Partial<Record<typeof name, readonly string[]>>)[name] ?? [];
  const value = (...given: Given) => {
    if (here !== undefined && done.includes(nameOf(given[0]))) return new Promise((resolve) => resolve(here(...given)));
    elsewhere += 1;
    return theirs(...given).finally(() => (elsewhere -= 1));
  };
  Object.defineProperty(subtle, name, { configurable: true, writable: true, value });
}

/** The server unpacks a push by `zlib.gunzip`: the same bytes, limits and errors, from the synchronous form of it. */
const gunzip = (body: Bytes, options: zlib.ZlibOptions, answer: (error: unknown, bytes?: Buffer) => void): void => {
  queueMicrotask(() => {
    let bytes;
    try {
      bytes = zlib.gunzipSync(body, options);
    } catch (error) {
      return answer(error);
    }
    answer(null, bytes);
  });
};
Object.assign(zlib, { gunzip });
syncBuiltinESMExports();

/** A device packs a push by a stream; what goes in is packed at its end, in this thread. */
class PackingHere extends TransformStream<Bytes, Bytes> {
  constructor() {
    const pieces: Bytes[] = [];
    super({
      transform: (piece) => void pieces.push(piece),
      flush: (out) => out.enqueue(new Uint8Array(zlib.gzipSync(Buffer.concat(pieces)))),
    });
  }
}
/** The runtime reads the pieces of a blob on a thread, even those that are in memory. */
class BlobHere extends Blob {
  readonly #bytes: Bytes | undefined;
  constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
    super(parts, options);
    const pieces = parts.filter((part) => part instanceof Uint8Array);
    if (pieces.length === parts.length) this.#bytes = new Uint8Array(Buffer.concat(pieces));
  }
  override stream(): ReadableStream<Bytes> {
    const bytes = this.#bytes;
    if (bytes === undefined) return super.stream();
    return new ReadableStream({
      start(out) {
        out.enqueue(bytes);
        out.close();
      },
    });
  }
}
Object.assign(globalThis, { CompressionStream: PackingHere, Blob: BlobHere });

/** IndexedDB copies every row that goes in or out. Rows are plain: copying them by hand costs a fifth. */
const copyOfAnything = globalThis.structuredClone;
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
function copyOf(value: unknown, options?: StructuredSerializeOptions): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map((one) => copyOf(one));
  if (!isPlain(value)) return copyOfAnything(value, options);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = copyOf((value as Record<string, unknown>)[name]);
  return copy;
}
Object.assign(globalThis, { structuredClone: copyOf });

/** What libraries take from the runtime by themselves. A run lends its own time and chance while it is on. */
export interface Lent {
  setTimer(ms: number, run: () => void): () => void;
  bytes(count: number): Uint8Array;
}
let lent: Lent | undefined;
export const lend = (from: Lent | undefined): void => {
  lent = from;
};

const real = { setTimeout, clearTimeout, setImmediate, random: Math.random };
const cancels = new WeakMap<object, () => void>();
const fill = globalThis.crypto.getRandomValues.bind(globalThis.crypto);
Object.assign(globalThis, {
  setTimeout: (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): object => {
    if (lent === undefined) return real.setTimeout(run, ms, ...given);
    const timer = { unref: () => timer, ref: () => timer, hasRef: () => true };
    cancels.set(
      timer,
      lent.setTimer(ms, () => run(...given)),
    );
    return timer;
  },
  clearTimeout: (timer?: NodeJS.Timeout): void => {
    const cancel = timer instanceof Object ? cancels.get(timer) : undefined;
    if (cancel === undefined) real.clearTimeout(timer);
    else cancel();
  },
});
Object.assign(Math, {
  random: () => (lent === undefined ? real.random() : Buffer.from(lent.bytes(6)).readUIntBE(0, 6) / 2 ** 48),
});
Object.defineProperty(globalThis.crypto, 'getRandomValues', {
  configurable: true,
  value: <T extends Uint8Array>(into: T): T => {
    if (lent === undefined) return fill(into as never) as T;
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(lent.bytes(into.byteLength));
    return into;
  },
});

/**
 * Tasks that IndexedDB asks for, one or more a request. They run here one after the other, each followed by all that it
 * promised, as in turns of the loop; but the loop itself would look at the whole machine at each turn.
 */
const tasks: (() => void)[] = [];
let isDriving = false;
const runPromised = (process as unknown as { _tickCallback(): void })._tickCallback.bind(process);
const idle: (() => void)[] = [];
function drive(): void {
  runPromised();
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    task();
    runPromised();
  }
  if (elsewhere > 0) return void real.setImmediate(drive);
  isDriving = false;
  const waiting = idle.splice(0);
  for (const tell of waiting) tell();
}
function wantDrive(): void {
  if (isDriving) return;
  isDriving = true;
  real.setImmediate(drive);
}
Object.assign(globalThis, {
  setImmediate: (run: (...given: unknown[]) => void, ...given: unknown[]) => {
    if (lent === undefined) return real.setImmediate(run, ...given);
    tasks.push(() => run(...given));
    wantDrive();
    return undefined;
  },
});

/** Until nothing real is under way any more. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    idle.push(resolve);
    wantDrive();
  });
}
