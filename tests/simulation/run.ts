/**
 * One run of the simulation: some people, their devices, one server, and a seed that decides who does what and what goes
 * wrong. After every step the promise is judged; at the end everything is mended, and all must come together.
 */
import './one-thread.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import { beginnings, beginRequest } from './beginnings.ts';
import type { Counts } from './network.ts';
import { planOf, type Plan } from './plan.ts';
import { SeededRandom } from './random.ts';
import { steps as allSteps, submit } from './steps.ts';
import { Trace } from './trace.ts';
import { settle } from './virtual-time.ts';
import { World, type WorldOptions } from './world.ts';

export interface RunReport {
  readonly seed: number;
  readonly steps: number;
  readonly counts: Counts;
  readonly failures: readonly string[];
  readonly digest: string;
}
/** What of a seed is played; a failing run is made smaller by this. */
export interface Part {
  readonly withoutSteps?: ReadonlySet<number>;
  readonly withoutFaults?: ReadonlySet<string>;
  readonly isTraced?: boolean;
  readonly lines?: string[];
}

export async function run(seed: number, part: Part = {}): Promise<RunReport> {
  const random = new SeededRandom(seed);
  const { template, bare, begun } = await beginnings();
  const plan = planOf(random.fork(), template.devices, part.withoutFaults);
  const { cast, faults } = plan;
  const trace = new Trace(part.isTraced === true, part.lines);
  const world = await World.open({
    ...{ template, cast, faults, trace },
    beginning: plan.isBare ? bare : begun,
    random: random.fork(),
    ...formsIn(plan),
    streams: (device) => !plan.pollers.has(device),
  });
  let played = 0;
  try {
    if (plan.isBare) await beginRequest(world);
    for (let at = 0; at < plan.steps && world.oracle.failures.length === 0; at += 1) {
      const own = random.fork();
      if (part.withoutSteps?.has(at) === true) continue;
      await step(world, own, trace);
      await world.judge();
      played += 1;
    }
    if (world.oracle.failures.length === 0) {
      await mend(world, random.fork());
      await world.judgeEnd();
    }
    if (part.isTraced === true) world.traceEnd();
    return { seed, steps: played, counts: world.counts, failures: world.oracle.failures, digest: trace.digest() };
  } finally {
    await world.close();
  }
}

/**
 * Which version of the form server and apps are built with: an app can be a release older or newer than the server. Where
 * most are older, one was updated: from its first word on the request goes on in the newer version, and theirs are upgraded.
 */
function formsIn({ faults, cast }: Plan): Pick<WorldOptions, 'serverForm' | 'formOf'> {
  const newer = faults.has('new-app') ? cast[1] : undefined;
  const serverForm = faults.has('old-app') ? 2 : 1;
  const updated = cast.at(-1);
  return {
    serverForm,
    formOf: (device) => (device === newer ? serverForm + 1 : device === updated ? serverForm : 1),
  };
}

async function step(world: World, random: SeededRandom, trace: Trace): Promise<void> {
  const device = random.pick(world.devices);
  if (!device.isOn) {
    if (random.chance(60)) await device.switchOn();
    trace.add(`step: ${device.name} comes on`);
    return world.time.pass(random.below(600));
  }
  const possible = allSteps.filter(({ fault }) => fault === undefined || world.faults.has(fault));
  let roll = random.below(possible.reduce((sum, { weight }) => sum + weight, 0));
  const chosen = possible.find(({ weight }) => (roll -= weight) < 0);
  trace.add(`step: ${device.name} ${chosen?.name ?? ''} at ${String(world.time.now())}`);
  await chosen?.run(world, device);
}

/** All faults end; everyone comes back; the SENCO sends the request, and late words come after it. */
async function mend(world: World, random: SeededRandom): Promise<void> {
  world.faults.clear();
  for (const device of world.devices) {
    device.browser.isFull = false;
    if (!device.isOn) await device.switchOn();
    if (!device.isOnline) device.setOnline(true);
  }
  // What could not be stored is tried again after five seconds.
  if (world.counts.has('quota')) await world.time.pass(6_000);
  await quiet(world);
  if (world.stage() === 'deleted') {
    await world.of('senco').workspace.command(world.doc as DocumentId, 'restore-draft', {});
    await quiet(world);
  }
  if (random.chance(45)) await submitLast(world, random);
}

async function submitLast(world: World, random: SeededRandom): Promise<void> {
  const { doc } = world;
  const parent = world.of('parent');
  if (doc === undefined) return;
  if (random.chance(50)) parent.setOnline(false);
  (await parent.writer(doc))?.act();
  await settle();
  await submit(world);
  await world.judge();
  if (!parent.isOnline) parent.setOnline(true);
  await quiet(world);
}

const quietTries = 60;
/** Until nothing waits anywhere, and everyone has heard of everything. */
async function quiet(world: World): Promise<void> {
  for (let tries = 0; tries < quietTries; tries += 1) {
    await world.time.pass(tries === 0 ? 1_000 : 2_000);
    // A session that ended while its account was closed is asked for again when somebody looks.
    if (tries > 2) for (const device of world.waiting()) if (!device.isStreaming) device.wake();
    if (!world.isQuiet()) continue;
    const before = world.told();
    await hear(world);
    // Whoever hears that a server was put back offers again what was safe: then others have to hear of that.
    if (world.told() === before && world.isQuiet()) return;
  }
  world.oracle.fail('something still waits after two minutes of good line');
}

/** Until each has a stream, which brings everything, or has asked once more by itself. */
async function hear(world: World): Promise<void> {
  const before = new Map(world.rights.framesBy);
  for (let tries = 0; tries < quietTries; tries += 1) {
    const deaf = world.devices.filter(
      (device) =>
        device.isOn &&
        !device.isFollower &&
        !device.isStreaming &&
        !world.isClosed(device.of) &&
        world.rights.framesBy.get(device.of.ref) === before.get(device.of.ref),
    );
    for (const device of deaf) device.wake();
    await world.time.pass(deaf.length === 0 ? 500 : 1_500);
    if (deaf.length === 0) return;
  }
  world.oracle.fail('somebody hears nothing on a good line');
}
