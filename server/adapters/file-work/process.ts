/**
 * One process a file, ended with it. It starts without environment, may read our own code and nothing else, may not write
 * or start anything, and has limits of time, memory and output. Linux takes its network away too, where it lets us; what
 * a machine cannot take away is said at the start. One file at a time: a large picture needs a good part of the memory.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import {
  faults,
  type FileWork,
  type Keep,
  type Lack,
  type WorkEnd,
  type WorkFault,
  type WorkJob,
} from './file-work.ts';
import { takingTurns } from './turns.ts';

export interface WorkLimits {
  /** By the clock on the wall, for a process that waits for ever; by the processor, for one that works for ever. */
  readonly ms: number;
  readonly processorSeconds: number;
  /** Of these, Node sets six hundred megabytes aside without using them; the rest is for fifty million dots. */
  readonly memoryBytes: number;
  readonly resultBytes: number;
}
const mebibyte = 1024 * 1024;
export const usualLimits: WorkLimits = {
  ms: 30_000,
  processorSeconds: 10,
  memoryBytes: 1536 * mebibyte,
  resultBytes: 256 * mebibyte,
};

export function workInProcess(limits: WorkLimits = usualLimits): FileWork {
  const turn = takingTurns();
  const looking = new Map<string, Promise<void>>();
  const closed = new AbortController();
  let wrapping: Promise<Wrapped> | undefined;
  const wrapped = () => (wrapping ??= strongestWrap(closed.signal));

  return {
    run: (person, job, bytes, keep) =>
      turn(person, async () => {
        const wrap = (await wrapped()).wrap(limits);
        return runOne({ wrap, limits, stop: closed.signal, job, bytes, keep });
      }),
    async once(id, look) {
      const under = looking.get(id);
      if (under !== undefined) return under;
      const own = look().finally(() => looking.delete(id));
      looking.set(id, own);
      return own;
    },
    lacks: async () => (await wrapped()).lacks,
    async close() {
      closed.abort();
      await Promise.allSettled(looking.values());
    },
  };
}

interface Run {
  readonly wrap: readonly string[];
  readonly limits: WorkLimits;
  readonly stop: AbortSignal;
  readonly job: WorkJob;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly keep: Keep;
}

async function runOne({ wrap, limits, stop, job, bytes, keep }: Run): Promise<WorkEnd> {
  if (stop.aborted) return 'lost';
  const [program = '', ...args] = [...wrap, process.execPath, ...nodeOptions, childFile, job];
  const child = spawn(program, args, { cwd: '/', env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  const { promise: ended, resolve: end } = Promise.withResolvers<WorkEnd>();
  let killedAs: WorkEnd | undefined;
  const kill = (as: WorkEnd) => {
    killedAs ??= as;
    child.kill('SIGKILL');
  };
  const onStop = () => kill('lost');
  stop.addEventListener('abort', onStop, { once: true });
  // Whoever only waits may have been kept waiting by a busy machine: the file is tried again, and not blamed.
  const timer = setTimeout(() => kill('lost'), limits.ms);
  child.once('error', () => end('lost'));
  child.once('close', (code, signal) => end(killedAs ?? endOf(code, signal)));

  const fed = pipeline(bytes, child.stdin).catch((error: NodeJS.ErrnoException) => {
    // It ended before it had read all: how it ended says why.
    if (!['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(error.code ?? ''))
      throw error;
  });
  const kept = keep(atMost(limits.resultBytes, child.stdout, () => kill('too-much')));
  for (const part of [fed, kept]) part.catch(() => kill('lost'));
  try {
    const outcome = await ended;
    await Promise.all([fed, kept]);
    return outcome;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

async function* atMost(most: number, bytes: AsyncIterable<Uint8Array>, over: () => void): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const part of bytes) {
    count += part.length;
    if (count > most) return over();
    yield part;
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): WorkEnd {
  if (code === 0) return 'done';
  const fault = (Object.keys(faults) as WorkFault[]).find((name) => faults[name] === code);
  // Ended by a limit or by its own crash, it would be so again. Ended by somebody else, or never begun, it would not.
  return fault ?? (signal !== null && causedByFile.has(signal) ? 'too-much' : 'lost');
}
const causedByFile = new Set<NodeJS.Signals>([
  ...(['SIGXCPU', 'SIGXFSZ', 'SIGABRT', 'SIGTRAP', 'SIGSEGV'] as const),
  ...(['SIGBUS', 'SIGILL', 'SIGFPE', 'SIGSYS'] as const),
]);

/** Nothing of ours. A large picture is opened in memory, because no file may be written. */
const environment = { VIPS_DISC_THRESHOLD: '4g' };
const root = fileURLToPath(new URL('../../../', import.meta.url));
const childFile = fileURLToPath(new URL('./child.ts', import.meta.url));
const nodeOptions = [
  '--permission',
  '--allow-addons',
  ...['package.json', 'node_modules/*', 'sync/*', 'server/*'].map((path) => `--allow-fs-read=${root}${path}`),
  '--disable-proto=throw',
  '--max-old-space-size=256',
];

interface Wrapped {
  readonly wrap: (limits: WorkLimits) => readonly string[];
  readonly lacks: readonly Lack[];
}

/**
 * What a machine allows is known only by trying it on a file of our own: all of it at once, as most machines let us, and
 * each thing that could be taken away by itself only where that fails.
 */
async function strongestWrap(stop: AbortSignal): Promise<Wrapped> {
  const has = async (wrap: Wrapped['wrap'], job: WorkJob, bytes: Buffer) => {
    const run = { wrap: wrap(usualLimits), limits: usualLimits, stop, job, bytes: once(bytes), keep: thrownAway };
    return (await runOne(run)) === 'done';
  };
  const tools = [
    ['limits', limited],
    ['network', withoutNetwork],
  ] as const;
  const isHere = (one: Wrapped['wrap']) => existsSync(one(usualLimits)[0] ?? '');
  const all: Wrapped['wrap'] = (limits) => [...withoutNetwork(), ...limited(limits)];
  if (tools.every(([, one]) => isHere(one)) && (await has(all, 'png', onePixel))) return { wrap: all, lacks: [] };
  const lacks: Lack[] = [];
  let wrap: Wrapped['wrap'] = () => [];
  for (const [lack, one] of tools) {
    const inner = wrap;
    const outer: Wrapped['wrap'] = (limits) => [...one(limits), ...inner(limits)];
    if (isHere(one) && (await has(outer, 'container', emptyContainer))) wrap = outer;
    else lacks.push(lack);
  }
  if (!(await has(wrap, 'png', onePixel))) lacks.push('pictures');
  return { wrap, lacks };
}

/** Both tools belong to every Linux; elsewhere the process goes without. The first of two times says why it is ended. */
const limited = ({ memoryBytes, processorSeconds }: WorkLimits) => [
  '/usr/bin/prlimit',
  ...[`--data=${String(memoryBytes)}`, `--cpu=${String(processorSeconds)}:${String(processorSeconds + 1)}`],
  ...['--fsize=0', '--core=0', '--nofile=64', '--'],
];
const withoutNetwork = () => ['/usr/bin/unshare', '--user', '--net', '--'];

const emptyContainer = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)]);
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
async function thrownAway(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of bytes) void part;
}
