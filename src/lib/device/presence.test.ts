import { afterEach, expect, test } from 'vitest';
import type { DocumentId, PenId, SectionKey } from '#sync/model/ids.ts';
import { presence as presenceShape, type Here, type PresenceMessage } from '#sync/protocol/presence.ts';
import type { TabMessage, Tabs } from './ports.ts';
import { joinPresence, type Presence } from './presence.ts';
import { passOn } from './presence-news.ts';
import { sessionOf, testOwner } from './testing/owner.ts';
import { settle, testAccount, testDevice, type TestAccount, type TestDevice } from './testing/device.ts';

const doc = 'document-0000001' as DocumentId;
const [child, views] = ['child', 'views'] as SectionKey[];
const joined: Presence[] = [];
afterEach(() => joined.splice(0).forEach((one) => one.stop()));

interface Bench {
  readonly device: TestDevice;
  readonly one: TestAccount;
  /** What was said, oldest first: the section, or «gone». */
  readonly said: string[];
  readonly requests: string[];
  readonly headers: Headers[];
  status: number;
  isOnline: boolean;
  join(account?: TestAccount): Presence;
}
async function bench(): Promise<Bench> {
  const hub = { said: [] as string[], requests: [] as string[], headers: [] as Headers[], status: 204, isOnline: true };
  const device = testDevice(((input, init) => {
    hub.requests.push(String(input));
    if (!hub.isOnline) return Promise.reject(new TypeError('network'));
    if (input === '/api/session') return Promise.resolve(Response.json(sessionOf(testOwner, 0)));
    if (input === '/api/devices') return Promise.resolve(Response.json({}));
    const body = init?.body as Uint8Array<ArrayBuffer>;
    const message: PresenceMessage = presenceShape.parse(JSON.parse(new TextDecoder().decode(body)));
    hub.headers.push(new Headers(init?.headers));
    if (hub.status === 204) hub.said.push(message.place?.section ?? 'gone');
    return Promise.resolve(new Response(null, { status: hub.status }));
  }) as typeof fetch);
  const signals = { ...device.ports.signals, isOnline: () => hub.isOnline };
  const ports = { ...device.ports, signals };
  const one = await testAccount(device, { ports });
  const join = ({ account, line }: TestAccount = one): Presence => {
    const presence = joinPresence(account, line, doc, `pen-${String(joined.length)}-0000000000`.slice(0, 16) as PenId);
    joined.push(presence);
    return presence;
  };
  return Object.assign(hub, { device, one, join });
}
const others = (...names: string[]): Here[] => [
  { doc, section: child!, who: names.map((name) => ({ id: name as never, name, role: 'parent' })) },
];
const named = (presence: Presence) => presence.here.current.flatMap(({ who }) => who.map(({ name }) => name));

test('a place is said at once, again only after a while of writing on, and quick moves only where they end', async () => {
  const hub = await bench();
  const presence = hub.join();
  presence.at(child);
  await hub.device.clock.until(() => hub.said.length === 1, 'the first word');
  for (let n = 0; n < 50; n += 1) presence.at(child);
  await hub.device.clock.pass(10_000);
  expect(hub.said).toEqual(['child']);
  for (const section of [views, child, 'needs' as SectionKey, views]) presence.at(section);
  await hub.device.clock.until(() => hub.said.length === 2, 'the move');
  presence.at(child);
  presence.at(views);
  presence.at(child);
  expect(hub.said).toEqual(['child', 'views']);
  await hub.device.clock.until(() => hub.said.length === 3, 'where the quick moves ended');
  expect(hub.said).toEqual(['child', 'views', 'child']);
  await hub.device.clock.pass(31_000);
  expect(hub.said).toHaveLength(3);
  presence.at(child);
  await hub.device.clock.until(() => hub.said.length === 4, 'the sign of life');
  expect(hub.headers.every((one) => one.get('hub-idle') === '1' && one.get('hub-signature') !== null)).toBe(true);
});

test('leaving says goodbye at once, with what was signed before, and only when something was said', async () => {
  const hub = await bench();
  const presence = hub.join();
  presence.at(undefined);
  await settle();
  expect(hub.said).toEqual([]);
  presence.at(child);
  await hub.device.clock.until(() => hub.said.length === 1, 'the first word');
  const before = hub.requests.length;
  presence.at(undefined);
  // Without one turn of the loop: a page that is closed gets none.
  expect(hub.requests.length).toBe(before + 1);
  await hub.device.clock.until(() => hub.said.length === 2, 'goodbye');
  expect(hub.said).toEqual(['child', 'gone']);
  presence.stop();
  await settle();
  expect(hub.said).toHaveLength(2);
});

test('without a line nothing is said, and nothing of it later', async () => {
  const hub = await bench();
  const presence = hub.join();
  hub.isOnline = false;
  presence.at(child);
  await hub.device.clock.pass(60_000);
  expect(hub.requests).toEqual([]);
  hub.isOnline = true;
  hub.device.wake();
  await hub.device.clock.pass(60_000);
  expect(hub.requests).toEqual([]);
  hub.status = 429;
  presence.at(views);
  await hub.device.clock.until(() => hub.headers.length === 1, 'the try');
  await hub.device.clock.pass(1_000);
  expect(hub.headers).toHaveLength(1);
});

test('another stream is told anew where one is, and what the one before told holds no longer', async () => {
  const hub = await bench();
  const presence = hub.join();
  presence.at(child);
  await hub.device.clock.until(() => hub.said.length === 1, 'the first word');
  passOn(hub.one.account, others('Anna'));
  await hub.device.clock.until(() => named(presence).length === 1, 'Anna');
  await hub.device.clock.pass(5_000);
  hub.one.account.news.tell({ t: 'stream', isOpen: false });
  expect(named(presence)).toEqual([]);
  hub.one.account.news.tell({ t: 'stream', isOpen: true });
  await hub.device.clock.until(() => hub.said.length === 2, 'the word to the new stream');
  expect(hub.said).toEqual(['child', 'child']);
});

test('who was here is not said after the stream that told it has ended, sealed or opened late as it may be', async () => {
  const hub = await bench();
  const presence = hub.join();
  const { news } = hub.one.account;
  passOn(hub.one.account, others('Anna'));
  news.tell({ t: 'stream', isOpen: false });
  await settle();
  expect(named(presence)).toEqual([]);
  const stop = news.on((message) => {
    if (message.t === 'here') queueMicrotask(() => news.tell({ t: 'stream', isOpen: false }));
  });
  passOn(hub.one.account, others('Ben'));
  await settle();
  expect(named(presence)).toEqual([]);
  stop();
});

test('every tab hears who is here, one opened later too, and names travel between tabs sealed', async () => {
  const hub = await bench();
  const wire: TabMessage[] = [];
  const ears = new Set<(message: TabMessage) => void>();
  const tabs = (): Tabs => {
    let own: ((message: TabMessage) => void) | undefined;
    return {
      elect: () => () => undefined,
      tell(message) {
        wire.push(message);
        for (const ear of ears) if (ear !== own) ear(structuredClone(message));
      },
      listen(listener) {
        ears.add((own = listener));
        return () => ears.delete(listener);
      },
    };
  };
  const tab = () => testAccount(hub.device, { ports: { ...hub.device.ports, tabs: tabs() } });
  const [leader, second] = [await tab(), await tab()];
  const early = hub.join(second);
  passOn(leader.account, others('Canary Anna', 'Canary Ben'));
  await hub.device.clock.until(() => named(early).length === 2, 'the names in the second tab');
  const late = hub.join(await tab());
  await hub.device.clock.until(() => named(late).length === 2, 'the names in the third tab');
  passOn(leader.account, []);
  await hub.device.clock.until(() => named(early).length + named(late).length === 0, 'nobody any more');
  const sent = JSON.stringify(wire, (_, value: unknown) =>
    value instanceof Uint8Array ? [...value].map((byte) => String.fromCharCode(byte)).join('') : value,
  );
  expect(wire.length).toBeGreaterThan(3);
  expect(sent).not.toContain('Canary');
});
