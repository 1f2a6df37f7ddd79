/** What can happen in a step, by how often it does: people write, lines break, machines die, rights change, time passes. */
import { note } from './network.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { settle } from './virtual-time.ts';
import type { World } from './world.ts';

export interface Step {
  readonly name: string;
  /** Of a hundred or so. */
  readonly weight: number;
  /** The fault that has to be on in this run. */
  readonly fault?: string;
  run(world: World, device: SimulatedDevice): Promise<void> | void;
}

const minute = 60_000;
const hour = 60 * minute;

/** One key, now and then before it can be durable. Whoever has nothing to write in asks the Hub for it now and then. */
async function write(world: World, given: SimulatedDevice): Promise<void> {
  const able = world.devices.filter((device) => device.isOn && world.holds(device));
  const device = able.includes(given) || able.length === 0 || world.random.chance(4) ? given : world.random.pick(able);
  if (world.doc === undefined) return;
  const writer = await device.writer(world.doc);
  if (writer === undefined) return;
  const act = writer.act();
  if (act !== undefined) note(world.counts, `wrote ${act}`);
  if (world.random.chance(50)) await settle();
}

const emailOf = (world: World, device: SimulatedDevice): string => world.template.emails.get(device.of.who) ?? '';

async function share(world: World, whom: SimulatedDevice): Promise<void> {
  const starter = world.of('senco');
  if (world.doc === undefined || whom.of.who === 'senco' || !starter.isOn) return;
  const access = world.random.chance(70) ? 'edit' : 'view';
  await starter.workspace.command(world.doc, 'share', { email: emailOf(world, whom), access });
  note(world.counts, 'share asked');
}
async function unshare(world: World, whom: SimulatedDevice): Promise<void> {
  const starter = world.of('senco');
  if (world.doc === undefined || whom.of.who === 'senco' || !starter.isOn) return;
  await starter.workspace.command(world.doc, 'unshare', { person: whom.of.person });
  note(world.counts, 'unshare asked');
}

export const steps: readonly Step[] = [
  { name: 'write', weight: 56, run: write },
  { name: 'time passes', weight: 17, run: (world) => world.time.pass(world.random.pick([60, 400, 700, 1_500])) },
  { name: 'a while passes', weight: 1, run: (world) => world.time.pass(20_000) },
  {
    name: 'line goes or comes',
    weight: 6,
    // A line belongs to the whole browser.
    run: (world, device) => {
      const isOnline = !device.isOnline;
      for (const tab of world.devices) if (tab.browser === device.browser) tab.setOnline(isOnline);
    },
  },
  {
    name: 'device killed',
    weight: 3,
    fault: 'kill-device',
    run: async (world, device) => {
      if (world.random.chance(30)) await write(world, device);
      device.kill();
      note(world.counts, 'kill-device');
    },
  },
  {
    name: 'server killed',
    weight: 3,
    fault: 'kill-server',
    run: (world) => world.server.kill(world.random.pick(['before-commit', 'after-commit', 'idle'])),
  },
  { name: 'shared', weight: 4, run: share },
  { name: 'taken away', weight: 2, run: unshare },
  {
    name: 'clock jumps',
    weight: 3,
    fault: 'wrong-clock',
    run: (world, device) => {
      device.browser.clockOff += (world.random.below(4_000) - 2_000) * hour;
      world.typed.clockJumped(device.of.ref);
      note(world.counts, 'clock-jump');
    },
  },
  {
    name: 'clock jumps to another zone',
    weight: 2,
    fault: 'time-zone',
    run: (world) => {
      process.env.TZ = world.random.pick([
        'Europe/London',
        'Pacific/Kiritimati',
        'America/Los_Angeles',
        'Asia/Kolkata',
      ]);
      note(world.counts, 'time-zone');
    },
  },
  {
    name: 'no room, or room again',
    weight: 4,
    fault: 'quota',
    run: (_, { browser }) => {
      browser.isFull = !browser.isFull;
    },
  },
  {
    name: 'second tab',
    weight: 3,
    fault: 'two-tabs',
    run: async (world, { of, browser, isOnline }) => {
      const tabs = world.devices.filter((one) => one.browser === browser);
      if (tabs.length < 2) await world.switchOn(of, tabs.length, isOnline);
    },
  },
  {
    name: 'account closed or opened again',
    weight: 4,
    fault: 'account-closed',
    run: (world, { of }) => {
      if (of.who === 'senco') return;
      world.file.run('update person set is_active = 1 - is_active where id = ?', of.person);
      note(world.counts, world.isClosed(of) ? 'account closed' : 'account opened again');
    },
  },
  {
    name: 'server updated',
    weight: 2,
    fault: 'new-app',
    run: (world) => {
      world.serverForm += 1;
      note(world.counts, 'server updated');
      world.server.kill('idle');
    },
  },
  { name: 'server copied', weight: 4, fault: 'put-back', run: (world) => world.copyServer() },
  { name: 'an older copy put back', weight: 3, fault: 'put-back', run: (world) => world.putCopyBack() },
  { name: 'sent', weight: 1, run: submit },
  {
    name: 'deleted or had back',
    weight: 1,
    run: async (world) => {
      const starter = world.of('senco');
      if (world.doc === undefined || !starter.isOn) return;
      const name = world.stage() === 'deleted' ? 'restore-draft' : 'delete-draft';
      await starter.workspace.command(world.doc, name);
      note(world.counts, name);
    },
  },
];

/** The SENCO settles and answers what is needed, and sends it; whoever wrote meanwhile is late. */
export async function submit(world: World): Promise<void> {
  const starter = world.of('senco');
  if (world.doc === undefined || !starter.isOn || world.stage() !== 'draft') return;
  const writer = await starter.writer(world.doc);
  if (writer === undefined) return;
  await writer.makeSendable();
  await world.time.pass(1_500);
  if (!starter.isOn) return;
  await starter.workspace.command(world.doc, 'submit', {});
  note(world.counts, 'submit asked');
  await world.time.pass(800);
}
