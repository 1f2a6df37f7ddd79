/** Starts what brings files to the Hub, as soon as there is anything to bring: most people's first look needs none of it. */
import type { Account } from './account.ts';
import type { FileLoop } from './file-loop.ts';
import type { FileShelf } from './file-shelf.ts';
import type { QueuedCommand } from './hub.ts';
import type { Line } from './line.ts';
import type { Watched } from './watched.ts';

export interface FilesBringer {
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export function bringFiles(
  account: Account,
  line: Line,
  shelf: FileShelf,
  orders: Watched<readonly QueuedCommand[]>,
): FilesBringer {
  let loop: Promise<FileLoop | undefined> | undefined;
  let isStopped = false;
  let cancelTimer: (() => void) | undefined;
  const isAboutFiles = ({ name }: QueuedCommand) => name === 'add-file' || name === 'remove-file';

  const start = (): void => {
    if (isStopped || loop !== undefined) return;
    loop = load().then((module) =>
      module === undefined || isStopped ? undefined : module.startFileLoop(account, line, shelf.progress),
    );
  };
  const load = async () => {
    try {
      return await import('./file-loop.ts');
    } catch {
      // That part of the app was never fetched and there is no line: tried again, the files wait.
      loop = undefined;
      if (!isStopped) cancelTimer = account.ports.setTimer(againMs, start);
      return undefined;
    }
  };
  const stops = [
    shelf.kept.subscribe((files) => files.length > 0 && start()),
    orders.subscribe((queued) => queued.some(isAboutFiles) && start()),
  ];
  return {
    async settled() {
      await (await loop)?.settled();
    },
    async stop() {
      isStopped = true;
      cancelTimer?.();
      for (const stop of stops) stop();
      await (await loop)?.stop();
    },
  };
}

const againMs = 20_000;
