import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { document } from '#tests/hub/containers.ts';
import { photo } from '#tests/hub/pictures.ts';
import type { FileWork, Keep } from './file-work.ts';
import { usualLimits, workInProcess, type WorkLimits } from './process.ts';

const works: FileWork[] = [];
afterEach(async () => {
  for (const work of works.splice(0)) await work.close();
});
function working(limits: Partial<WorkLimits> = {}): FileWork {
  const work = workInProcess({ ...usualLimits, ...limits });
  works.push(work);
  return work;
}

/** Takes some seconds to draw anew: long enough to be looked at, or ended, meanwhile. */
let large: Buffer;
let small: Buffer;
beforeAll(async () => {
  small = await photo();
  const [width, height] = [6000, 6000];
  large = await sharp(
    Buffer.concat(Array.from({ length: height }, (_, y) => (y % 2 ? randomBytes(18_000) : Buffer.alloc(18_000)))),
    {
      raw: { width, height, channels: 3 },
    },
  )
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer();
});

async function* source(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}
const thrownAway: Keep = async (bytes) => {
  for await (const part of bytes) void part;
};
const draw = (work: FileWork, bytes: Buffer, keep = thrownAway, person = 'priya') =>
  work.run(person, 'jpeg', source(bytes), keep);

/** Processes that this one has started and that look into a picture just now, past the tools that start them. */
function children(): number[] {
  const threads = readdirSync('/proc/self/task');
  const ids = threads.flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '));
  const isChild = (id: string) => {
    const line = readFileSync(`/proc/${id}/cmdline`, 'utf8');
    return line.startsWith(process.execPath) && line.endsWith('child.ts\0jpeg\0');
  };
  return ids.filter((id) => id !== '' && isChild(id)).map(Number);
}
async function childAtWork(): Promise<number> {
  await expect.poll(children, { timeout: 10_000, interval: 5 }).toHaveLength(1);
  return children()[0] ?? 0;
}

test('the process has nothing of ours, and what the machine could not take away is said', async () => {
  const work = working();
  const drawn = draw(work, large);
  const lacks = await work.lacks();
  expect(lacks).not.toContain('pictures');
  const id = await childAtWork();
  const of = (name: string) => readFileSync(`/proc/${String(id)}/${name}`, 'utf8');
  expect(of('environ')).toBe('VIPS_DISC_THRESHOLD=4g\0');
  const lines = of('net/dev').matchAll(/^ *(\w+):/gm);
  expect([...lines].every(([, name]) => name === 'lo')).toBe(!lacks.includes('network'));
  expect(of('cmdline')).toContain('--permission\0');
  expect(of('cmdline')).not.toMatch(/allow-(fs-write|child|worker|net|wasi)/);
  const limit = (name: string) => new RegExp(`${name} +(\\S+)`).exec(of('limits'))?.[1];
  const limits = [limit('Max data size'), limit('Max cpu time'), limit('Max file size')];
  const wanted = [String(usualLimits.memoryBytes), '10', '0'];
  expect(limits.every((one, at) => one === wanted[at])).toBe(!lacks.includes('limits'));
  expect(await drawn).toBe('done');
  expect(children()).toEqual([]);
});

test('while a large picture is drawn anew, this thread goes on serving', async () => {
  let isOver = false;
  const drawn = draw(working(), large).finally(() => (isOver = true));
  let turns = 0;
  while (!isOver) {
    await new Promise((next) => setImmediate(next));
    turns += 1;
  }
  expect(await drawn).toBe('done');
  expect(turns).toBeGreaterThan(1_000);
});

test('what takes too long, too much of the processor, memory or room is ended, and the next file is looked into', async () => {
  // By the clock on the wall a busy machine may be to blame, so nothing is said of the file.
  expect(await draw(working({ ms: 150 }), large)).toBe('lost');
  expect(await draw(working({ processorSeconds: 1 }), large)).toBe('too-much');
  const work = working({ resultBytes: 10_000 });
  expect(await draw(work, large)).toBe('too-much');
  expect(await draw(work, small)).toBe('done');
  // The decoder is told that there is no more memory, or falls over it: in either case it is no picture for us.
  const narrow = working({ memoryBytes: 700 * 1024 * 1024 });
  expect(['too-much', 'unreadable']).toContain(await draw(narrow, large));
  expect(await draw(narrow, small)).toBe('done');
  expect(children()).toEqual([]);
});

test('a document that would unpack to many times what it says is found out in a process too', async () => {
  const work = working();
  const lie = { unpacked: 100 };
  const bomb = document(Buffer.alloc(50 * 1024 * 1024, 'a'), { listed: lie, said: lie });
  expect(await work.run('priya', 'container', source(bomb), thrownAway)).toBe('not-as-listed');
  expect(await work.run('priya', 'container', source(document('honest')), thrownAway)).toBe('done');
});

test('when somebody else ends the process, nothing is said of the file, and it is taken the next time', async () => {
  const work = working();
  const drawn = draw(work, large);
  process.kill(await childAtWork(), 'SIGKILL');
  expect(await drawn).toBe('lost');
  expect(await draw(work, small)).toBe('done');
});

test('when the server stops, what is under way is lost, and nothing begins any more', async () => {
  const work = working();
  const drawn = [draw(work, large), draw(work, large)];
  await childAtWork();
  await work.close();
  expect(await Promise.all(drawn)).toEqual(['lost', 'lost']);
  expect(children()).toEqual([]);
});

test('a fault of the store is thrown, whether it cannot read the file or cannot take the copy', async () => {
  const work = working();
  const broken = async function* () {
    yield await Promise.resolve(small.subarray(0, 100));
    throw new Error('a stored piece does not open');
  };
  await expect(work.run('priya', 'jpeg', broken(), thrownAway)).rejects.toThrow('does not open');
  await expect(draw(work, small, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await draw(work, small)).toBe('done');
});

test('one file at a time, and people take turns', async () => {
  const work = working();
  const order: string[] = [];
  let atOnce = 0;
  const keep: Keep = async (bytes) => {
    atOnce += 1;
    await thrownAway(bytes);
    expect(atOnce).toBe(1);
    atOnce -= 1;
  };
  const run = async (person: string) => {
    expect(await draw(work, small, keep, person)).toBe('done');
    order.push(person);
  };
  await Promise.all([...Array.from({ length: 4 }, () => run('priya')), run('agnieszka')]);
  // One is under way when she comes; then it is her turn.
  expect(order.indexOf('agnieszka')).toBeLessThan(3);
});

test('who asks for a file that is being looked into waits for the same look', async () => {
  const work = working();
  let looks = 0;
  const look = async () => {
    looks += 1;
    await draw(work, small);
  };
  await Promise.all([work.once('file', look), work.once('file', look), work.once('other', look)]);
  expect(looks).toBe(2);
  await work.once('file', look);
  expect(looks).toBe(3);
});
