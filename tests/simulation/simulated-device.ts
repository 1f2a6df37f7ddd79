/**
 * One device of one person: the real store over an IndexedDB of its own, the real outbox and sync loop, a clock that can
 * be wrong, a line that can break. A kill drops everything in memory at once; what was not durable is gone.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { DocumentId } from '#sync/model/ids.ts';
import { openNews, type Account } from '#lib/device/account.ts';
import type { OpenDocument } from '#lib/device/hub.ts';
import { openLine } from '#lib/device/line.ts';
import { openStore, writeOwner } from '#lib/device/open-store.ts';
import { singleTab, type DevicePorts } from '#lib/device/ports.ts';
import { openWorkspace, type Workspace } from '#lib/device/workspace.ts';
import { Line, note, type Counts, type Faults, type Target } from './network.ts';
import type { SeededRandom } from './random.ts';
import type { Template, TemplateDevice } from './template.ts';
import type { Typed } from './typed.ts';
import { settle, type VirtualTime } from './virtual-time.ts';
import { Writer } from './writer.ts';
// What a device fetches when it is first wanted is here from the start: fetching takes real time, and the virtual one
// would go on meanwhile.
import 'yjs';
import '#lib/device/fold-waiting.ts';
import '#lib/device/open-document.ts';
import '#sync/forms/request/index.ts';
import '#sync/rules/text.ts';

export interface DeviceOptions {
  readonly template: Template;
  readonly of: TemplateDevice;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly faults: Faults;
  readonly counts: Counts;
  readonly target: Target;
  readonly typed: Typed;
}

export class SimulatedDevice {
  readonly of: TemplateDevice;
  readonly #options: DeviceOptions;
  readonly #factory = new IDBFactory();
  /** How far the wall clock is off, in milliseconds: from minutes to years. */
  #clockOff: number;
  #line: Line | undefined;
  #workspace: Workspace | undefined;
  readonly #writers = new Map<DocumentId, Writer>();

  constructor(options: DeviceOptions) {
    this.of = options.of;
    this.#options = options;
    const isWrong = options.faults.has('wrong-clock');
    this.#clockOff = isWrong ? (options.random.below(2 * 315_360) - 315_360) * 1_000_000 : 0;
    if (isWrong) note(options.counts, 'wrong-clock');
  }

  get workspace(): Workspace {
    if (this.#workspace === undefined) throw new Error('the device is off');
    return this.#workspace;
  }
  get isOn(): boolean {
    return this.#workspace !== undefined;
  }

  async switchOn(isFirst = false): Promise<void> {
    const { template, of, time, random, faults, counts, target } = this.#options;
    const line = new Line({ time, random: random.fork(), faults, counts, target, cookie: `hub_session=${of.token}` });
    this.#line = line;
    const own = random.fork();
    const ports: DevicePorts = {
      now: () => time.now() + this.#clockOff,
      monotonic: () => time.now(),
      random: own.bytes,
      fetch: line.fetch as typeof fetch,
      setTimer: (ms, run) =>
        time.setTimer(ms, () => {
          if (this.#line === line) run();
        }),
      tabs: singleTab(),
      signals: { isOnline: () => line.isOnline, onWake: line.onWake },
      indexedDB: { factory: this.#factory, keyRange: IDBKeyRange },
    };
    const ref = `${of.who}-${of.device}`;
    const store = await openStore({ ref, database: `hub-${ref}-1` } as never, of.vault, ports);
    if (isFirst)
      await writeOwner(
        store,
        { person: { id: of.person, name: of.who, roles: of.roles }, authority: template.authority },
        ports.now(),
      );
    const owner = { person: of.person, name: of.who, roles: of.roles, authority: template.authority };
    const account: Account = {
      ref,
      owner,
      device: of.device,
      signing: of.signing,
      store,
      ports,
      news: openNews(ref, ports),
    };
    this.#workspace = openWorkspace(
      account,
      openLine(ports, { person: of.person, device: of.device, signing: of.signing, onSession: () => undefined }),
    );
    await settle();
  }

  /** SIGKILL, a battery, a crash: nothing is said good-bye to. */
  kill(): void {
    note(this.#options.counts, 'kill-device');
    this.#line?.cut();
    this.#workspace?.account.store.kill();
    this.#line = undefined;
    this.#workspace = undefined;
    this.#writers.clear();
  }

  setOnline(isOnline: boolean): void {
    this.#line?.setOnline(isOnline);
  }
  get isOnline(): boolean {
    return this.#line?.isOnline ?? false;
  }

  jumpClock(): void {
    note(this.#options.counts, 'clock-jump');
    this.#clockOff += (this.#options.random.below(4_000) - 2_000) * 3_600_000;
  }

  documents(): readonly DocumentId[] {
    return this.workspace.list.documents.current.map(({ doc }) => doc);
  }

  /** Opens a document and sits down at it; undefined when it is not here. */
  async writer(doc: DocumentId): Promise<Writer | undefined> {
    const known = this.#writers.get(doc);
    if (known !== undefined) return known;
    const opened = await this.workspace.open(doc);
    return opened.ok ? this.sit(opened.value) : undefined;
  }

  sit(document: OpenDocument): Writer {
    const writer = new Writer(this.of.who, document, this.#options.typed, this.#options.random.fork());
    this.#writers.set(document.id, writer);
    return writer;
  }
}
