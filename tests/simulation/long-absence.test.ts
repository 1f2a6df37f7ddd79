import { expect, test } from 'vitest';
import { beginnings } from './beginnings.ts';
import { SeededRandom } from './random.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

test('words typed for an hour without a line arrive by themselves: the unlocked device wakes its session, without a new sign-in', async () => {
  const { template, bare } = await beginnings();
  const lines: string[] = [];
  const world = await World.open({
    ...{ template, beginning: bare, cast: template.devices.slice(0, 1), isOnline: true },
    random: new SeededRandom(1),
    faults: new Set(),
    trace: new Trace(true, lines),
    serverForm: 1,
    formOf: () => 1,
    streams: () => false,
  });
  const [device] = world.devices;
  if (device === undefined) throw new Error('the template has no device');
  try {
    const started = await device.workspace.start('request');
    if (!started.ok) throw new Error('no document could be started');
    const writer = device.sit(started.value);
    await world.time.pass(5_000);
    device.setOnline(false);
    for (let minute = 0; minute < 60; minute += 10) {
      writer.act();
      await world.time.pass(600_000);
    }
    device.setOnline(true);
    await world.time.pass(60_000);
    expect(await device.workspace.unsent()).toBe(0);
    expect(lines.some((line) => line.includes('POST /api/session/renew'))).toBe(true);
    expect(world.file.all('select 1 from log').length).toBeGreaterThan(0);
    // Nobody signed in again.
    expect(lines.some((line) => line.includes('/api/sign-in'))).toBe(false);
  } finally {
    await world.close();
  }
});
