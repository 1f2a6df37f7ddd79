/** What the services of the front door work with. */
import type { Config } from '#server/config.ts';
import type { Ports } from '#server/ports.ts';
import type { Storage } from '#server/storage/database.ts';
import type { Keys } from './keys.ts';

export { diskStateIn, type DiskState } from '#server/storage/unavailable.ts';

export interface Deps {
  readonly storage: Storage;
  readonly ports: Ports;
  readonly keys: Keys;
  readonly config: Config;
  /** The address of the Hub as people type it, without a slash at the end. */
  hubUrl(): string;
  /** Messages are waiting: send them now instead of at the next tick. */
  wakeSender(): void;
  log(line: LogLine): void;
}

/** The only fields that a log line can hold: none has room for anyone's words, name or address. */
export interface LogLine {
  readonly event: 'request' | 'bug' | 'message' | 'report' | 'server';
  readonly at: number;
  readonly reference?: string;
  readonly method?: string;
  /** The pattern of the route, never the address asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  /** A keyed hash of the account's id. */
  readonly account?: string;
  readonly template?: string;
  readonly channel?: string;
  /** A short code of what happened, from our own lists. */
  readonly code?: string;
  /** Where a bug was thrown: files and lines of our own code, without its message. */
  readonly where?: readonly string[];
  readonly tries?: number;
}

/** Where a bug was thrown, without its message: that could hold anyone's words. */
export function placesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(/\/((?:server|sync)\/[\w./-]+:\d+)/g)].map((match) => match[1] ?? '').slice(0, 8);
}
