/** Lines of the log, written together once a turn of the loop: many requests end in one turn, and each write costs. */
import { writeSync } from 'node:fs';

export function logLines(): (line: string) => void {
  let waiting: string[] = [];
  const taken = () => {
    const text = waiting.map((line) => `${line}\n`).join('');
    waiting = [];
    return text;
  };
  // Whatever ends the process in good order: what waits is still said.
  process.once('exit', () => void writeSync(1, taken()));
  return (line) => {
    if (waiting.push(line) === 1) setImmediate(() => process.stdout.write(taken()));
  };
}
