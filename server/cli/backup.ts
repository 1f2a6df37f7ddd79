/**
 * `hub backup`: a whole copy, then every ten seconds what changed, as long as it runs. The server starts it by itself
 * when HUB_BACKUP is set, and hears from the note it leaves how far everything is safe.
 */
import { resolve } from 'node:path';
import { folderPlace } from '#server/adapters/backup/place.ts';
import { writeBackedUp } from '#server/adapters/backup/backed-up.ts';
import { keepDaysUsually } from '#server/adapters/backup/retention.ts';
import { takeBackup, usual } from '#server/adapters/backup/take.ts';
import { readConfig } from '#server/config.ts';
import { secondPlaceOf } from '#server/adapters/second-place/folder.ts';
import type { Command } from './command.ts';

const everyMs = 10_000;

export const backup: Command = {
  name: 'backup',
  usage:
    'backup [--once] [--keep-days 35]: copies the Hub in HUB_DATA to HUB_BACKUP while it runs, then what changed every 10 seconds.',
  async run({ once, 'keep-days': days = String(keepDaysUsually) }) {
    const keepDays = Number(days);
    if (!Number.isInteger(keepDays) || keepDays < 1) return fault(['--keep-days is a number of days, 1 or more.']);
    const config = readConfig(process.env);
    if (!config.ok) return fault(config.faults);
    const { backup: place, backupKey } = config.value;
    if (place === undefined || backupKey === undefined) return fault(['HUB_BACKUP and HUB_BACKUP_KEY are needed.']);
    const dataFolder = resolve(config.value.dataFolder);
    const source = { dataFolder, secondPlace: secondPlaceOf(config.value) };
    const taker = takeBackup(source, folderPlace(resolve(place)), backupKey, { ...usual, keepDays });
    const step = () => {
      const { at, heads, isNew, since } = taker.step();
      writeBackedUp(dataFolder, { at, heads, since });
      return isNew;
    };
    step();
    console.log('A whole copy is made.');
    if (once !== true) {
      const end = ended();
      while (!(await end.within(everyMs))) step();
      step();
    }
    taker.close();
    return 0;
  },
};

/** The server that started it is gone, or somebody says so: one step more, and that is all. */
function ended() {
  const listeners: (() => void)[] = [];
  let isOver = false;
  const end = () => {
    isOver = true;
    listeners.splice(0).forEach((then) => then());
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  if (process.env.HUB_BACKUP_CHILD === '1') process.stdin.on('end', end).on('close', end).resume();
  return {
    async within(ms: number): Promise<boolean> {
      if (isOver) return true;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((done) => {
        listeners.push(done);
        timer = setTimeout(done, ms);
      });
      clearTimeout(timer);
      return isOver;
    },
  };
}

function fault(faults: readonly string[]): number {
  console.error(['No backup is made:', ...faults.map((one) => `  ${one}`)].join('\n'));
  return 1;
}
