/** The backup beside the server, as a process of its own that is given nothing but where to read and write. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../hub.ts', import.meta.url));
const againMs = 10_000;

export interface BackupChild {
  /** Lets it take what changed last. */
  stop(): Promise<void>;
}

/** `environment` is all of the child's. It ends with the server by itself, also with one that was killed. */
export function startBackup(environment: Readonly<Record<string, string>>, failed: () => void): BackupChild {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let gone: Promise<void> = Promise.resolve();

  const start = () => {
    const started = spawn(process.execPath, [program, 'backup'], {
      env: { ...environment, HUB_BACKUP_CHILD: '1' },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child = started;
    gone = new Promise((done) => started.once('exit', () => done()));
    started.once('exit', () => {
      if (isStopped) return;
      failed();
      timer = setTimeout(start, againMs);
      timer.unref();
    });
  };
  start();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      child?.stdin?.end();
      await gone;
    },
  };
}
