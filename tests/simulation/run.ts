/**
 * One run of the simulation: some people, their devices, one server, and a seed that decides who does what and what
 * goes wrong. Afterwards everything is mended, time passes until all is sent, and the promise is judged.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { DocumentId } from '#sync/model/ids.ts';
import { note, type Counts, type Fault } from './network.ts';
import { Oracle } from './oracle.ts';
import { SeededRandom } from './random.ts';
import { judgeDevices } from './judge-devices.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { startServer, type SimulatedServer } from './simulated-server.ts';
import { start, template, type Template, type Who } from './template.ts';
import { Typed } from './typed.ts';
import { countOtherThreads, during, settle, VirtualTime } from './virtual-time.ts';

export interface RunReport {
  readonly seed: number;
  readonly steps: number;
  readonly counts: Counts;
  readonly failures: readonly string[];
}

const lineFaults: readonly Fault[] = ['drop', 'lost-reply', 'duplicate', 'delay', 'wrong-clock'];

export async function run(seed: number, steps = 60): Promise<RunReport> {
  countOtherThreads();
  const world = await World.open(seed);
  try {
    await world.begin();
    for (let step = 0; step < steps; step += 1) await world.step();
    await world.mend();
    await world.judge();
    return { seed, steps, counts: world.counts, failures: world.oracle.failures };
  } finally {
    await world.close();
  }
}

class World {
  readonly counts: Counts = new Map();
  readonly typed = new Typed();
  readonly oracle = new Oracle(this.typed);
  readonly #random: SeededRandom;
  readonly #faults: Set<Fault>;
  readonly #time = new VirtualTime(start);
  readonly #devices: SimulatedDevice[] = [];
  readonly #folder: string;
  readonly #template: Template;
  #server!: SimulatedServer;
  #doc!: DocumentId;
  #closedHash: string | undefined;

  static async open(seed: number): Promise<World> {
    const world = new World(seed, await template());
    await world.#openServer();
    return world;
  }

  constructor(seed: number, made: Template) {
    this.#random = new SeededRandom(seed);
    this.#template = made;
    this.#folder = mkdtempSync(join(tmpdir(), 'ehc-run-'));
    this.#faults = new Set(lineFaults.filter(() => this.#random.chance(50)));
  }

  async #openServer(): Promise<void> {
    const file = join(this.#folder, 'hub.db');
    this.#template.copyTo(file);
    this.#server = await startServer({
      file,
      time: this.#time,
      random: this.#random.fork().bytes,
      counts: this.counts,
    });
  }

  /** The SENCO starts a request and shares it with the parent; a second document of hers is nobody else's. */
  async begin(): Promise<void> {
    for (const of of this.#template.devices) {
      const target = {
        isDown: () => this.#server.isDown(),
        answer: async (request: Request) => {
          // Streams are proven by journeys; here every device asks, so that time can stand still between two moments.
          if (new URL(request.url).pathname === '/api/stream') return new Response(null, { status: 503 });
          const answer = await this.#server.answer(request);
          if (new URL(request.url).pathname === '/api/sync' && answer.status === 200) {
            await this.oracle.judgeAnswer(
              this.#server.storage(),
              { person: of.person, who: of.who, name: of.name },
              await answer.clone().text(),
            );
          }
          return answer;
        },
      };
      const device = new SimulatedDevice({
        template: this.#template,
        of,
        time: this.#time,
        random: this.#random.fork(),
        faults: this.#faults,
        counts: this.counts,
        target,
        typed: this.typed,
      });
      await device.switchOn(true);
      this.#devices.push(device);
    }
    const phone = this.#of('senco');
    const started = await phone.workspace.start('request');
    const secret = await phone.workspace.start('request');
    if (!started.ok || !secret.ok) throw new Error('no document could be started');
    this.#doc = started.value.id;
    phone.sit(secret.value).act();
    const writer = phone.sit(started.value);
    for (let first = 0; first < 6; first += 1) writer.act();
    await this.#share('parent', 'edit');
    await this.#time.pass(25_000);
  }

  #of(who: Who): SimulatedDevice {
    const device = this.#devices.find((one) => one.of.who === who);
    if (device === undefined) throw new Error(`nobody is called ${who}`);
    return device;
  }
  /** On again, if it had died. */
  async #awake(who: Who): Promise<SimulatedDevice> {
    const device = this.#of(who);
    if (!device.isOn) await device.switchOn();
    return device;
  }

  async #share(who: Who, access: 'edit' | 'view'): Promise<void> {
    const email = this.#template.emails.get(who) ?? '';
    await (await this.#awake('senco')).workspace.command(this.#doc, 'share', { email, access });
    note(this.counts, 'share asked');
  }
  async #unshare(who: Who): Promise<void> {
    const person = this.#template.devices.find((one) => one.who === who)?.person ?? '';
    await (await this.#awake('senco')).workspace.command(this.#doc, 'unshare', { person });
    note(this.counts, 'unshare asked');
  }

  async step(): Promise<void> {
    const roll = this.#random.below(100);
    const device = this.#random.pick(this.#devices);
    if (!device.isOn) {
      if (roll < 60) await device.switchOn();
      return this.#time.pass(this.#random.below(5_000));
    }
    if (roll < 62) await this.#write(device);
    else if (roll < 66) device.setOnline(!device.isOnline);
    else if (roll < 70) device.kill();
    else if (roll < 72) {
      if (this.#faults.has('wrong-clock')) device.jumpClock();
    } else if (roll < 75) this.#server.killAtNextWrite(this.#random.chance(50) ? 'before-commit' : 'after-commit');
    else if (roll < 78)
      await (this.#random.chance(60)
        ? this.#share('colleague', this.#random.chance(70) ? 'edit' : 'view')
        : this.#unshare('colleague'));
    else if (roll < 79) await (this.#random.chance(50) ? this.#unshare('parent') : this.#share('parent', 'edit'));
    else await this.#time.pass(this.#random.pick([50, 300, 1_000, 5_000, 25_000]));
    if (this.#random.chance(50)) await this.#time.pass(this.#random.below(400));
  }

  /** A few keys at one sitting; half the time the device is killed before they can all be durable. */
  async #write(device: SimulatedDevice): Promise<void> {
    const writer = await during(device.writer(this.#doc));
    if (writer === undefined) return;
    for (let key = 0; key <= this.#random.below(3); key += 1) {
      const act = writer.act();
      if (act !== undefined) note(this.counts, `wrote ${act}`);
      if (this.#random.chance(50)) await settle();
    }
    if (this.#random.chance(4)) device.kill();
  }

  /** All faults end; everyone comes back; the SENCO sends the request, and late words come after it. */
  async mend(): Promise<void> {
    this.#faults.clear();
    for (const device of this.#devices) {
      if (!device.isOn) await device.switchOn();
      device.setOnline(true);
    }
    await this.#quiet();
    if (this.#random.chance(60)) await this.#submit();
    await this.#quiet();
  }

  async #submit(): Promise<void> {
    const phone = await this.#awake('senco');
    const parent = await this.#awake('parent');
    const writer = await phone.writer(this.#doc);
    if (writer === undefined) return;
    await writer.makeSendable();
    await this.#quiet();
    if (this.#random.chance(50)) parent.setOnline(false);
    const late = await parent.writer(this.#doc);
    late?.act();
    await settle();
    await phone.workspace.command(this.#doc, 'submit', {});
    note(this.counts, 'submit asked');
    await this.#time.pass(5_000);
    this.#closedHash = await this.#hashIfClosed();
    parent.setOnline(true);
  }

  async #hashIfClosed(): Promise<string | undefined> {
    const { db } = this.#server.storage();
    const { rows } = await sql<{ stage: string }>`select stage from document where id = ${this.#doc}`.execute(db);
    if (rows[0]?.stage !== 'received') return undefined;
    note(this.counts, 'submitted');
    return this.#hash();
  }
  async #hash(): Promise<string> {
    const { db } = this.#server.storage();
    const { rows } = await sql<{
      all: string;
    }>`select value || holder || field as "all" from field where document_id = ${this.#doc} union all select tree || holder || field from text where document_id = ${this.#doc} union all select id || item_order || coalesce(gone, '') from item where document_id = ${this.#doc} order by 1`.execute(
      db,
    );
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }

  /** Until nothing waits anywhere. */
  async #quiet(): Promise<void> {
    for (let passed = 0; passed < 200; passed += 1) {
      await this.#time.pass(22_000);
      const waiting = await Promise.all(this.#devices.map((device) => during(device.workspace.unsent())));
      if (waiting.every((count) => count === 0) && passed > 0) return;
    }
    this.oracle.fail('something still waits after an hour of good line');
  }

  async judge(): Promise<void> {
    const storage = this.#server.storage();
    if (this.#closedHash !== undefined && this.#closedHash !== (await this.#hash()))
      this.oracle.fail('a submitted request changed');
    await this.oracle.judgeLog(storage);
    const words = await judgeDevices(this.#devices, this.#doc, storage, this.oracle);
    note(
      this.counts,
      'claims judged',
      await this.oracle.judgeClaims(storage, (who, doc) => words.get(`${who} ${doc}`) ?? ''),
    );
    note(this.counts, 'frames judged', this.oracle.framesJudged);
    note(this.counts, 'words judged', this.oracle.wordsJudged);
    note(this.counts, 'edits saved', this.typed.saved);
    const { rows } = await sql<{ what: string; many: number }>`
      select 'parked edits' as what, count(*) as many from mine where what = 'parked'
      union all select 'conflicts', count(*) from log where verdicts like '%"conflict"%'
      union all select 'overtaken', count(*) from mine where what = 'overtaken'
      union all select 'grants', count(*) from share
      union all select 'withdrawals', count(*) from share where ended_at is not null`.execute(storage.db);
    for (const { what, many } of rows) note(this.counts, what, Number(many));
  }

  async close(): Promise<void> {
    for (const device of this.#devices) if (device.isOn) device.kill();
    await settle();
    await this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
