/** Runs in the page before the app: sees each key, what is put into IndexedDB for it, and when that is on the disk. */
export interface KeyFacts {
  durableMs?: number;
  paintedMs?: number;
  /** Sealed records that were put in the transaction that made the words durable, and the bytes in them. */
  records?: number;
  bytes?: number;
}
interface Watched extends KeyFacts {
  readonly at: number;
}

declare global {
  var keysWatched: Watched[];
}

export function watchKeys(): void {
  globalThis.keysWatched = [];
  addEventListener(
    'keydown',
    (event) => {
      const key: Watched = { at: event.timeStamp };
      globalThis.keysWatched.push(key);
      requestAnimationFrame(() => {
        // Behind the frame that was just drawn.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (key.paintedMs = performance.now() - key.at);
        port2.postMessage(0);
      });
    },
    true,
  );

  const puts = new WeakMap<IDBTransaction, { records: number; bytes: number }>();
  const put = Reflect.get(IDBObjectStore.prototype, 'put');
  IDBObjectStore.prototype.put = function (value: { readonly s?: { readonly ct?: Uint8Array } }, ...rest) {
    const { transaction } = this;
    const sum = puts.get(transaction) ?? { records: 0, bytes: 0 };
    sum.records += 1;
    sum.bytes += value.s?.ct?.byteLength ?? 0;
    if (!puts.has(transaction)) {
      puts.set(transaction, sum);
      const begun = performance.now();
      // Frames that are folded in write more tables than these.
      if ([...transaction.objectStoreNames].sort().join() === 'heads,outbox')
        transaction.addEventListener('complete', () => {
          const key = globalThis.keysWatched.find((one) => one.durableMs === undefined && one.at <= begun);
          if (key !== undefined) Object.assign(key, { durableMs: performance.now() - key.at, ...sum });
        });
    }
    return put.call(this, value, ...rest);
  };

  const Real = globalThis.Worker;
  globalThis.Worker = class extends EventTarget {
    constructor(address: string | URL, options?: WorkerOptions) {
      super();
      if (options?.name !== 'vault') return new Real(address, options) as never;
      return vaultInPage(String(address)) as never;
    }
  } as never;

  /** The worker's end and the page's, with what passes copied as between threads. */
  function vaultInPage(address: string): object {
    const { port1: here, port2: there } = new MessageChannel();
    const handled = import(address).then(() => {
      const handle = globalThis.onmessage;
      globalThis.onmessage = null;
      return handle;
    });
    globalThis.postMessage = ((message: unknown) => there.postMessage(message)) as never;
    there.onmessage = (event) => void handled.then((handle) => handle?.call(globalThis as never, event));
    return {
      postMessage: (message: unknown) => here.postMessage(message),
      terminate: () => here.close(),
      set onmessage(listener: (event: MessageEvent) => void) {
        here.onmessage = listener;
      },
    };
  }
}
