/** One run's people, devices and server, and what is judged after every step of it. */
import './one-thread.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { unpackFrame, type WireFrame } from '#sync/protocol/pack.ts';
import type { SessionReply } from '#sync/protocol/session.ts';
import { loadForms, type Forms } from '#server/services/forms.ts';
import { Browser, settingsIn } from './browser.ts';
import { readable, streamWatched } from './looked-through.ts';
import { judgeDevices } from './judge-devices.ts';
import { note, type Counts, type Target } from './network.ts';
import { lend } from './one-thread.ts';
import { Oracle } from './oracle.ts';
import type { SeededRandom } from './random.ts';
import { RightsOracle } from './rights.ts';
import { ServerFile } from './server-file.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { SimulatedServer } from './simulated-server.ts';
import type { Template, TemplateDevice, Who } from './template.ts';
import type { Trace } from './trace.ts';
import type { Typed, Claim } from './typed.ts';
import { settle, VirtualTime } from './virtual-time.ts';

/** How everything stands when a run begins. */
export interface Beginning {
  readonly now: number;
  /** The server's database. */
  readonly file: string;
  readonly browsers: ReadonlyMap<string, Browser>;
  readonly typed: Typed;
  readonly shown: ReadonlyMap<string, ReadonlySet<string>>;
  /** The request that they write together; without one it is started anew. */
  readonly doc?: DocumentId;
}
export interface WorldOptions {
  readonly template: Template;
  readonly beginning: Beginning;
  readonly cast: readonly TemplateDevice[];
  readonly random: SeededRandom;
  readonly faults: ReadonlySet<string>;
  readonly trace: Trace;
  /** The version of the request form that server and apps are built with. */
  readonly serverForm: number;
  readonly formOf: (device: TemplateDevice) => number;
  readonly streams: (device: TemplateDevice) => boolean;
  /** Left out, half of the devices begin without a line. */
  readonly isOnline?: boolean;
}

let forms: Promise<Forms> | undefined;
const versions = new Map<string, FormDefinition | undefined>();
/** The same form under another version's number. */
function versionOf({ formOf }: Forms, kind: string, version: number): FormDefinition | undefined {
  const name = `${kind} ${String(version)}`;
  if (!versions.has(name)) {
    const form = formOf(kind);
    versions.set(name, form && { ...form, version });
  }
  return versions.get(name);
}

export class World {
  readonly counts: Counts = new Map();
  readonly faults: Set<string>;
  readonly random: SeededRandom;
  readonly time: VirtualTime;
  readonly typed: Typed;
  readonly oracle: Oracle;
  readonly rights: RightsOracle;
  readonly file: ServerFile;
  readonly devices: SimulatedDevice[] = [];
  readonly browsers = new Map<string, Browser>();
  readonly template: Template;
  doc: DocumentId | undefined;
  serverForm: number;
  server!: SimulatedServer;
  readonly #options: WorldOptions;
  readonly #scopes = new Map<string, string>();
  #hasCopy = false;
  #wasPutBack = false;

  static async open(options: WorldOptions): Promise<World> {
    const file = await ServerFile.filledFrom(options.beginning.file);
    const world = new World(options, file);
    lend({ setTimer: (ms, run) => world.time.setTimer(ms, run), bytes: world.random.fork().bytes });
    const made = await (forms ??= loadForms());
    world.server = await SimulatedServer.open({
      file,
      time: world.time,
      random: world.random.fork().bytes,
      counts: world.counts,
      forms: () => ({
        ...made,
        formOf: (kind, version = world.serverForm) =>
          version > world.serverForm ? undefined : versionOf(made, kind, version),
      }),
      onBug: (where) => world.oracle.fail(`a bug in the server: ${where}`),
    });
    for (const of of options.cast) await world.switchOn(of, 0, options.isOnline);
    return world;
  }

  private constructor(options: WorldOptions, file: ServerFile) {
    const { beginning, random, faults, template, serverForm } = options;
    this.#options = options;
    this.random = random;
    this.faults = new Set(faults);
    // A few seconds before the clocks go forward in England; sessions have slept for months by then.
    this.time = new VirtualTime(faults.has('summer-time') ? Date.parse('2027-03-28T00:59:50Z') : beginning.now);
    if (faults.has('summer-time')) note(this.counts, 'summer-time');
    this.typed = beginning.typed.copy(() => this.time.now());
    this.file = file;
    this.template = template;
    this.serverForm = serverForm;
    this.doc = beginning.doc;
    this.oracle = new Oracle(file, this.typed);
    this.rights = new RightsOracle(file, this.typed, this.oracle, beginning.shown);
    this.oracle.look();
  }

  /** A new tab: the first of a browser brings the browser with it. */
  async switchOn(of: TemplateDevice, tab = 0, isOnline?: boolean): Promise<SimulatedDevice> {
    const { template, beginning, trace, formOf, streams } = this.#options;
    const known = this.browsers.get(of.ref);
    const kept = beginning.browsers.get(of.ref);
    const browser = known ?? new Browser(kept);
    if (known === undefined && this.faults.has('wrong-clock')) {
      browser.clockOff = (this.random.below(2 * 315_360) - 315_360) * 1_000_000;
      note(this.counts, 'wrong-clock');
    }
    this.browsers.set(of.ref, browser);
    const device = new SimulatedDevice({
      ...{ template, of, tab, browser, trace },
      time: this.time,
      random: this.random.fork(),
      faults: this.faults,
      counts: this.counts,
      typed: this.typed,
      target: this.#targetOf(of),
      hasStream: streams(of),
      formVersion: formOf(of),
    });
    this.devices.push(device);
    await device.switchOn({
      isFirst: known === undefined && kept === undefined,
      isOnline: isOnline ?? !this.random.chance(50),
      ...(known === undefined && { signedIn: this.#sessionOf(of) }),
    });
    if (this.doc !== undefined) await this.#nameScope(device, this.doc);
    return device;
  }

  /** What a sign-in answers. */
  #sessionOf(of: TemplateDevice): SessionReply {
    const [session] = this.file.all<{ nonce: string; expires_at: number }>(
      'select nonce, expires_at from session where device_id = ?',
      of.device,
    );
    if (session === undefined) throw new Error('the template has no session of this device');
    return {
      person: { id: of.person, name: of.who, roles: of.roles },
      authority: this.template.authority,
      nonce: session.nonce,
      device: of.device,
      expiresAt: session.expires_at,
      now: this.time.now(),
    };
  }

  /** The server, as this device reaches it: what it is told is judged before it leaves. */
  #targetOf(of: TemplateDevice): Target {
    const reader = { person: of.person as string, who: of.who, name: of.name };
    const judge = (said: string) => {
      const { frame } = JSON.parse(said) as { frame?: WireFrame };
      if (frame === undefined) return;
      const rows: unknown = 'packed' in frame ? unpackFrame(frame) : frame;
      this.rights.judgeFrame(reader, of.ref, rows as Parameters<RightsOracle['judgeFrame']>[2]);
    };
    return {
      isDown: () => this.server.isDown(),
      answer: async (request) => {
        const { pathname } = new URL(request.url);
        const answer = await this.server.answer(request);
        if (pathname === '/api/stream')
          return streamWatched(answer, judge, (line) => this.#options.trace.add(`${of.ref} is told: ${line}`));
        const said = await answer.text();
        this.#options.trace.add(`${of.ref}: ${String(answer.status)} ${said}`);
        if (pathname === '/api/sync' && answer.status === 200) judge(said);
        return new Response(said, { status: answer.status, headers: answer.headers });
      },
    };
  }

  async #nameScope(device: SimulatedDevice, doc: DocumentId): Promise<void> {
    const name = `${device.of.ref} ${doc}`;
    if (!this.#scopes.has(name)) this.#scopes.set(name, await device.workspace.account.store.ref('documents', doc));
  }

  of(who: Who): SimulatedDevice {
    const device = this.devices.find((one) => one.of.who === who);
    if (device === undefined) throw new Error(`nobody is called ${who}`);
    return device;
  }
  has(who: Who): boolean {
    return this.devices.some((one) => one.of.who === who);
  }
  /** On again, if it had died. */
  async awake(device: SimulatedDevice): Promise<SimulatedDevice> {
    if (!device.isOn) await device.switchOn();
    return device;
  }
  /** Whether it has the contents of the request, as far as its disk says. */
  holds(device: SimulatedDevice): boolean {
    const scope = this.#scopes.get(`${device.of.ref} ${String(this.doc)}`);
    for (const row of device.browser.rows('sections')) if (row.scope === scope) return true;
    return false;
  }
  stage(): string | undefined {
    return this.file.all<{ stage: string }>('select stage from document where id = ?', this.doc)[0]?.stage;
  }
  /** How far the server has come in what it tells. */
  told(): number {
    return this.file.all<{ seq: number }>('select sum(seq) as seq from feed_head')[0]?.seq ?? 0;
  }
  isClosed(of: TemplateDevice): boolean {
    return !this.rights.isOpen(of.person);
  }

  /** As an operator copies the file, also while the server runs. */
  copyServer(): void {
    this.file.copyTo(this.#copyPath());
    this.#hasCopy = true;
    note(this.counts, 'server copied');
  }
  #copyPath = () => `${this.file.path}.copy`;
  /** By hand, and behind the server's back: it goes on from there before any device has said a word. */
  async putCopyBack(): Promise<void> {
    if (!this.#hasCopy) return;
    await this.server.whileStopped(async () => {
      await settle();
      await this.file.putBack(this.#copyPath());
    });
    this.#wasPutBack = true;
    this.oracle.forget();
    this.rights.forget();
    this.typed.reopen();
    note(this.counts, 'put-back');
  }

  /** After every step, when nothing real is under way. */
  async judge(): Promise<void> {
    await settle();
    this.oracle.look();
    for (const [ref, browser] of this.browsers) {
      if (!browser.isDirty) continue;
      browser.isDirty = false;
      const { of } = this.devices.find((one) => one.of.ref === ref) ?? {};
      if (of !== undefined) this.rights.judgeBrowser(of, ref, browser, this.#scopes);
    }
    this.rights.stepEnds();
    this.judgeClaims();
  }

  /** Every word that a device called saved is on the server for good, or on a device of its author. */
  judgeClaims(isEnd = false): void {
    if (this.typed.open().length === 0) return;
    const held = new Map<string, string>();
    const isFound = ({ hand, needle }: Claim): boolean => {
      const here = held.get(hand.who) ?? this.#heldBy(hand.who, isEnd);
      held.set(hand.who, here);
      return here.includes(needle);
    };
    this.typed.keep((claim) => {
      const all = [claim, ...claim.later];
      if (all.some(({ needle }) => this.oracle.holds(needle))) {
        note(this.counts, 'claims judged');
        return false;
      }
      // What is only in a living page is looked for when it had time to be stored.
      if (!claim.isSaved && !isEnd) return true;
      if (all.some(isFound)) return true;
      const { hand, what, needle } = claim;
      this.oracle.fail(`lost: ${hand.who} typed a ${what}, ${needle}, and it is nowhere`);
      return false;
    });
  }

  /**
   * What waits or was set aside on the devices of a person; or is kept for a server that was put back and does not know
   * yet. Whose account is closed can tell it nothing, and keeps it to the end.
   */
  #heldBy(who: string, isEnd: boolean): string {
    const said: string[] = [];
    const isClosed = this.devices.some(({ of }) => of.who === who && this.isClosed(of));
    for (const [ref, browser] of this.browsers) {
      if (!ref.startsWith(`${who}-`)) continue;
      const keeps = this.#wasPutBack && (!isEnd || isClosed);
      for (const row of browser.rows('outbox', 'mine', ...(keeps ? ['kept'] : [])))
        said.push(readable(browser.valueOf(row)));
    }
    return said.join('\n');
  }

  /** Nothing waits anywhere, and nobody waits for contents: whoever can send. */
  isQuiet(): boolean {
    return this.waiting().length === 0;
  }
  waiting(): SimulatedDevice[] {
    return this.devices.filter(
      ({ isOn, of, browser }) =>
        isOn && !this.isClosed(of) && (browser.unsent() > 0 || (settingsIn(browser).want ?? []).length > 0),
    );
  }

  async judgeEnd(): Promise<void> {
    await this.judge();
    this.judgeClaims(true);
    const { doc } = this;
    if (doc === undefined) return;
    this.oracle.judgeDates();
    const here = this.devices.filter((device) => device.isOn && !this.isClosed(device.of));
    for (const { of, browser } of here)
      for (const row of browser.rows('outbox'))
        this.oracle.fail(`${of.name} still has an edit in its queue, ${row.state ?? ''}, when all is sent and told`);
    await judgeDevices(here, doc, this.file, this.rights.of(doc).readers, this.oracle);
    note(this.counts, 'frames judged', this.rights.frames);
    note(this.counts, 'words judged', this.rights.judged);
    note(this.counts, 'rows judged', this.rights.rowsJudged);
    note(this.counts, 'edits saved', this.typed.saved);
    const rows = this.file.all<{ what: string; many: number }>(
      `select 'parked edits' as what, count(*) as many from mine where what = 'parked'
       union all select 'conflicts', count(*) from log where verdicts like '%"conflict"%'
       union all select 'overtaken', count(*) from mine where what = 'overtaken'
       union all select 'parked newer-app', count(*) from log where verdicts like '%newer-app%'
       union all select 'tried again', count(*) from log where trial > 0
       union all select 'submitted', count(*) from document where stage = 'received'
       union all select 'grants', count(*) from share where shared_at > ?
       union all select 'withdrawals', count(*) from share where ended_at > ?`,
      this.#options.beginning.now,
      this.#options.beginning.now,
    );
    for (const { what, many } of rows) note(this.counts, what, many);
  }

  /** Everything that stands in the databases, for the trace. */
  traceEnd(): void {
    const { trace } = this.#options;
    for (const table of this.file.tables())
      trace.add(`${table} ${JSON.stringify(this.file.all(`select * from "${table}" order by rowid`))}`);
    for (const [ref, browser] of this.browsers)
      for (const row of browser.rows()) trace.add(`${ref} ${JSON.stringify(row)}`);
  }

  async close(): Promise<void> {
    process.env.TZ = 'UTC';
    for (const device of this.devices) if (device.isOn) device.kill();
    this.server.stop();
    await settle();
    lend(undefined);
  }

  /** How everything stands, for other runs to begin with. */
  beginning(file: string): Beginning {
    this.file.copyTo(file);
    return {
      now: this.time.now(),
      file,
      browsers: this.browsers,
      typed: this.typed,
      shown: this.rights.shown(),
      ...(this.doc !== undefined && { doc: this.doc }),
    };
  }
}
