/** What a running server does by itself. What fails is said in the log and tried again at its next time; nobody waits for it. */
import { diskStateIn, placesOf, type Deps } from './deps.ts';

type Said = Pick<Deps, 'log' | 'ports'>;

export function every({ log, ports }: Said, code: string, ms: number, work: () => Promise<void>): () => void {
  const timer = setInterval(() => void work().catch((error: unknown) => sayFault({ log, ports }, code, error)), ms);
  return () => clearInterval(timer);
}

/** The first time `firstMs` from now. */
export function daily(said: Said, code: string, firstMs: number, work: () => Promise<void>): () => void {
  const run = () => void work().catch((error: unknown) => sayFault(said, code, error));
  let stop = (): void => undefined;
  const first = setTimeout(() => {
    run();
    stop = every(said, code, dayMs, work);
  }, firstMs);
  return () => {
    clearTimeout(first);
    stop();
  };
}
const dayMs = 24 * 60 * 60_000;

export function sayFault({ log, ports }: Said, code: string, error: unknown): void {
  const state = diskStateIn(error);
  if (state !== undefined) log({ event: 'server', at: ports.now(), code: state });
  else log({ event: 'bug', at: ports.now(), code, where: placesOf(error) });
}
