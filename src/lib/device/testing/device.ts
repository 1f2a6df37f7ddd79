/** A device for tests: its own IndexedDB, its own clock that only moves when it is told to, real WebCrypto. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { makeId, type DeviceId, type RandomBytes } from '#sync/model/ids.ts';
import { openNews, type Account, type Owner } from '../account.ts';
import { openAccountDatabase, type AccountDatabase } from '../account-database.ts';
import { openLine, type Line } from '../line.ts';
import { singleTab, type DevicePorts } from '../ports.ts';
import { openSealedStore } from '../sealed-store.ts';
import { testOwner } from './owner.ts';
import { dataKeyOf, localVault, type Vault } from '../vault.ts';

export interface Clock {
  now: number;
  steady: number;
  /** Lets time pass, running the timers that fall due, and everything that they set off. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until something is so; three minutes at most. */
  until(isTrue: () => boolean, what: string): Promise<void>;
}
export interface TestDevice {
  readonly ports: DevicePorts;
  readonly clock: Clock;
  readonly factory: IDBFactory;
  /** Work that must come to rest before time goes on. */
  readonly busy: (() => Promise<void>)[];
  wake(): void;
  /** The browser had frozen the page, and goes on with it. */
  thaw(): void;
}

export const seededRandom = (seed: number): RandomBytes => {
  let at = seed >>> 0;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
      return at >>> 24;
    });
};

/** Long enough for IndexedDB and WebCrypto, which know nothing of the test's clock. */
export async function settle(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

export async function until(isTrue: () => boolean | Promise<boolean>, what = 'the awaited state'): Promise<void> {
  for (let turn = 0; turn < 4_000; turn += 1) {
    if (await isTrue()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} did not come`);
}

export function testDevice(
  fetch: typeof globalThis.fetch,
  { seed = 1, factory = new IDBFactory(), at = 1_800_000_000_000 } = {},
): TestDevice {
  const busy: (() => Promise<void>)[] = [];
  const rest = async () => {
    await settle(5);
    for (const settled of busy) await settled();
    await settle(20);
  };
  const timers = new Set<{ readonly due: number; readonly run: () => void }>();
  const wakers = new Set<() => void>();
  const thawers = new Set<() => void>();
  const clock: Clock = {
    now: at,
    steady: 0,
    until: () => Promise.resolve(),
    async pass(ms) {
      const end = clock.steady + ms;
      for (;;) {
        await rest();
        const next = [...timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        clock.now += Math.max(0, next.due - clock.steady);
        clock.steady = Math.max(clock.steady, next.due);
        timers.delete(next);
        next.run();
      }
      clock.now += end - clock.steady;
      clock.steady = end;
    },
  };
  clock.until = async (isTrue, what) => {
    for (let tries = 0; tries < 2_000; tries += 1) {
      if (isTrue()) return;
      await clock.pass(100);
      // Disks and ciphers keep real time: on a busy machine they need some of it.
      await new Promise<void>((resolve) => setTimeout(resolve, 3));
    }
    throw new Error(`${what} did not come`);
  };
  const ports: DevicePorts = {
    now: () => clock.now,
    monotonic: () => clock.steady,
    random: seededRandom(seed),
    fetch,
    setTimer(ms, run) {
      const timer = { due: clock.steady + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    tabs: singleTab(),
    signals: {
      isOnline: () => true,
      onWake(listener) {
        wakers.add(listener);
        return () => wakers.delete(listener);
      },
      onThaw(listener) {
        thawers.add(listener);
        return () => thawers.delete(listener);
      },
    },
    indexedDB: { factory, keyRange: IDBKeyRange },
  };
  const callAll = (listeners: ReadonlySet<() => void>) => () => listeners.forEach((listener) => listener());
  return { ports, clock, factory, busy, wake: callAll(wakers), thaw: callAll(thawers) };
}

export interface TestAccount {
  readonly account: Account;
  readonly line: Line;
  readonly database: AccountDatabase;
}
export interface AccountOptions {
  readonly owner?: Owner;
  /** Same name, same store; opened again after a kill it finds what was durable. */
  readonly name?: string;
  readonly key?: number;
  readonly wrapVault?: (vault: Vault) => Vault;
  readonly ports?: DevicePorts;
}

export async function testAccount(
  device: TestDevice,
  { owner = testOwner, name = 'one', key = 7, wrapVault = (vault) => vault, ports = device.ports }: AccountOptions = {},
): Promise<TestAccount> {
  const dataKey = await dataKeyOf(new Uint8Array(32).fill(key));
  const vault = wrapVault(localVault({ dataKey, keyId: `key-${key}`, account: name }, ports.random));
  const database = openAccountDatabase(`hub-${name}-0`, ports);
  const store = openSealedStore(name, database, vault, ports.now);
  const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const deviceId = `device-${name}-000000000`.slice(0, 16) as DeviceId;
  const account: Account = { ref: name, owner, device: deviceId, signing, store, ports, news: openNews(name, ports) };
  const line = openLine(ports, { person: owner.person, device: deviceId, signing, onSession: () => undefined });
  return { account, line, database };
}

export const freshId = <Id extends string>(random: RandomBytes): Id => makeId<Id>(random);
