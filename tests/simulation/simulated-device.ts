/**
 * One tab of one person's browser: the real store over the browser's IndexedDB, the real outbox and sync loop, a clock
 * that can be wrong, a line that can break. A kill drops everything in memory at once; what was not durable is gone.
 */
import { IDBKeyRange } from 'fake-indexeddb';
import type { DocumentId } from '#sync/model/ids.ts';
import { formLoaders } from '#sync/forms/index.ts';
import { openNews, type Account } from '#lib/device/account.ts';
import type { OpenDocument } from '#lib/device/hub.ts';
import { openLine } from '#lib/device/line.ts';
import type { SessionReply } from '#sync/protocol/session.ts';
import { openStore, writeOwner } from '#lib/device/open-store.ts';
import type { DevicePorts } from '#lib/device/ports.ts';
import type { Vault } from '#lib/device/vault.ts';
import { openWorkspace, type Workspace } from '#lib/device/workspace.ts';
import { sealedName, type Browser } from './browser.ts';
import { Line, note, type Counts, type Target } from './network.ts';
import type { SeededRandom } from './random.ts';
import type { TabPorts } from './tabs.ts';
import type { Template, TemplateDevice } from './template.ts';
import type { Trace } from './trace.ts';
import type { Typed } from './typed.ts';
import { settle, type VirtualTime } from './virtual-time.ts';
import { Writer } from './writer.ts';
// What a device fetches when it is first wanted is here from the start: fetching takes real time, and the virtual one
// would go on meanwhile.
import 'yjs';
import '#lib/device/fold-waiting.ts';
import '#lib/device/open-document.ts';
import '#lib/device/presence.ts';
import '#lib/device/presence-news.ts';
import '#lib/device/take-answers.ts';
import '#lib/device/set-damage-aside.ts';
import '#lib/device/waiting-summary.ts';
import '#sync/protocol/pack.ts';
import '#sync/rules/text.ts';

export interface DeviceOptions {
  readonly template: Template;
  readonly of: TemplateDevice;
  readonly tab: number;
  readonly browser: Browser;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly faults: ReadonlySet<string>;
  readonly counts: Counts;
  readonly target: Target;
  readonly typed: Typed;
  readonly trace: Trace;
  readonly hasStream: boolean;
  /** The version of the request form that this app draws. */
  readonly formVersion: number;
}

export interface Start {
  /** Nothing was ever kept in this browser. */
  readonly isFirst?: boolean;
  readonly isOnline?: boolean;
  readonly signedIn?: SessionReply;
}

export class SimulatedDevice {
  readonly of: TemplateDevice;
  readonly name: string;
  readonly #options: DeviceOptions;
  #line: Line | undefined;
  #tab: TabPorts | undefined;
  #workspace: Workspace | undefined;
  readonly #writers = new Map<DocumentId, Writer>();

  constructor(options: DeviceOptions) {
    this.of = options.of;
    this.#options = options;
    this.name = `${options.of.ref}#${String(options.tab)}`;
  }

  get browser(): Browser {
    return this.#options.browser;
  }
  get workspace(): Workspace {
    if (this.#workspace === undefined) throw new Error('the device is off');
    return this.#workspace;
  }
  get isOn(): boolean {
    return this.#workspace !== undefined;
  }

  async switchOn({ isFirst = false, isOnline = true, signedIn }: Start = {}): Promise<void> {
    const { template, of, tab, browser, time, random, faults, counts, target, trace, hasStream } = this.#options;
    const line = new Line({
      ...{ time, faults, counts, target, trace, hasStream },
      name: this.name,
      random: random.fork(),
      cookie: `hub_session=${of.token}`,
    });
    line.isOnline = isOnline;
    this.#line = line;
    this.#tab = browser.tabs.open();
    const own = random.fork();
    const ports: DevicePorts = {
      now: () => time.now() + browser.clockOff,
      monotonic: () => time.now(),
      random: own.bytes,
      fetch: line.fetch as typeof fetch,
      setTimer: (ms, run) =>
        time.setTimer(ms, () => {
          if (this.#line === line) run();
        }),
      tabs: this.#tab,
      signals: { isOnline: () => line.isOnline, onWake: line.onWake, onThaw: () => () => undefined },
      indexedDB: { factory: browser.factory, keyRange: IDBKeyRange },
    };
    const { ref } = of;
    const vault = watchedVault(of.vault(own.bytes), browser);
    const store = await openStore({ ref, database: `hub-${ref}-1` } as never, vault, ports);
    browser.mindRoom(() => note(counts, 'quota'));
    if (isFirst)
      await writeOwner(
        store,
        { person: { id: of.person, name: of.who, roles: of.roles }, authority: template.authority },
        ports.now(),
      );
    const owner = { person: of.person, name: of.who, roles: of.roles, authority: template.authority };
    const account: Account = {
      ...{ ref, owner, store, ports },
      device: of.device,
      signing: of.signing,
      news: openNews(ref, ports),
    };
    const facts = { person: of.person, device: of.device, signing: of.signing, onSession: () => undefined };
    const session = openLine(ports, facts);
    // Its person has just signed in; whoever comes back later asks the Hub whether the session still stands.
    if (signedIn !== undefined) session.begin(signedIn);
    this.#workspace = openWorkspace(account, session);
    if (tab > 0) note(counts, 'second tab');
    await settle();
  }

  /** SIGKILL, a battery, a crash: nothing is said good-bye to. */
  kill(): void {
    const { typed, of, tab, browser } = this.#options;
    this.#line?.cut();
    this.#workspace?.account.store.kill();
    if (this.#tab !== undefined) browser.tabs.kill(this.#tab);
    typed.killed(of.ref, tab);
    this.#line = undefined;
    this.#tab = undefined;
    this.#workspace = undefined;
    this.#writers.clear();
  }

  setOnline(isOnline: boolean): void {
    this.#line?.setOnline(isOnline);
  }
  get isOnline(): boolean {
    return this.#line?.isOnline ?? false;
  }
  /** Somebody looks at the screen: the loop tries at once. */
  wake(): void {
    this.#line?.wake();
  }
  get isStreaming(): boolean {
    return this.#line?.isStreaming ?? false;
  }
  /** Another tab of this browser sends for it. */
  get isFollower(): boolean {
    return this.#tab?.isFollower ?? false;
  }

  /** Opens a document and sits down at it; undefined when it is not here. */
  async writer(doc: DocumentId): Promise<Writer | undefined> {
    const known = this.#writers.get(doc);
    if (known !== undefined) return known;
    const opened = await this.open(doc);
    return opened.ok ? this.sit(opened.value) : undefined;
  }

  /** By the form that this app was built with. */
  async open(doc: DocumentId): ReturnType<Workspace['open']> {
    const { formVersion } = this.#options;
    const load = formLoaders.request;
    if (load === undefined || formVersion === 1) return this.workspace.open(doc);
    const loaders = formLoaders as Record<string, typeof load>;
    loaders.request = async () => ({ ...(await load()), version: formVersion });
    try {
      return await this.workspace.open(doc);
    } finally {
      loaders.request = load;
    }
  }

  sit(document: OpenDocument): Writer {
    const { of, tab, typed, random } = this.#options;
    const writer = new Writer({ who: of.who, browser: of.ref, tab }, document, typed, random.fork());
    this.#writers.set(document.id, writer);
    return writer;
  }
}

/**
 * The device's own vault. What it sealed can be told afterwards; and bytes that it opened once are not opened again, as
 * the same bytes in the same place under the same key are the same words.
 */
function watchedVault(vault: Vault, browser: Browser): Vault {
  return {
    ...vault,
    sealMany(tasks) {
      browser.isDirty = true;
      for (const { table, key, rev, value } of tasks) browser.sealed.set(sealedName(table, key, rev), value);
      return vault.sealMany(tasks);
    },
    async openMany(tasks) {
      const known = tasks.map(({ table, key, rev, sealed }) => browser.opened(sealedName(table, key, rev), sealed));
      const unknown = tasks.filter((_, at) => known[at] === undefined);
      if (unknown.length === 0) return known.map((value) => ({ ok: true, value }));
      const opened = await vault.openMany(unknown);
      unknown.forEach(({ table, key, rev, sealed }, at) => {
        const one = opened[at];
        if (one?.ok === true) browser.noteOpened(sealedName(table, key, rev), sealed, one.value);
      });
      let next = 0;
      return known.map((value) => (value === undefined ? (opened[next++] ?? { ok: false }) : { ok: true, value }));
    },
  };
}
