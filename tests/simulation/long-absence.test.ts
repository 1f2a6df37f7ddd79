import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { SeededRandom } from './random.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { startServer } from './simulated-server.ts';
import { start, template } from './template.ts';
import { Typed } from './typed.ts';
import { countOtherThreads, VirtualTime } from './virtual-time.ts';

test('words typed for an hour without a line arrive by themselves: the unlocked device wakes its session, without a new sign-in', async () => {
  countOtherThreads();
  const folder = mkdtempSync(join(tmpdir(), 'ehc-absence-'));
  const made = await template();
  const file = join(folder, 'hub.db');
  made.copyTo(file);
  const time = new VirtualTime(start);
  const random = new SeededRandom(1);
  const counts = new Map<string, number>();
  const server = await startServer({ file, time, random: random.fork().bytes, counts });
  const asked: string[] = [];
  const target = {
    isDown: () => false,
    async answer(request: Request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/stream') return new Response(null, { status: 503 });
      const answer = await server.answer(request);
      asked.push(`${pathname} ${String(answer.status)}`);
      return answer;
    },
  };
  const [of] = made.devices;
  if (of === undefined) throw new Error('the template has no device');
  const typed = new Typed();
  const device = new SimulatedDevice({
    template: made,
    of,
    time,
    random: random.fork(),
    faults: new Set(),
    counts,
    target,
    typed,
  });
  try {
    await device.switchOn(true);
    const started = await device.workspace.start('request');
    if (!started.ok) throw new Error('no document could be started');
    const writer = device.sit(started.value);
    await time.pass(5_000);
    device.setOnline(false);
    for (let minute = 0; minute < 60; minute += 10) {
      writer.act();
      await time.pass(600_000);
    }
    device.setOnline(true);
    await time.pass(60_000);
    expect(await device.workspace.unsent()).toBe(0);
    expect(asked).toContain('/api/session/renew 200');
    const { rows } = await sql<{ many: number }>`select count(*) as many from log`.execute(server.storage().db);
    expect(Number(rows[0]?.many)).toBeGreaterThan(0);
    // Nobody signed in again.
    expect(asked.some((path) => path.startsWith('/api/sign-in'))).toBe(false);
  } finally {
    device.kill();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
