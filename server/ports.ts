/** What the services take from the world: passed in, so that a simulation can drive time and chance. */
import { randomBytes } from 'node:crypto';
import type { RandomBytes } from '#sync/model/ids.ts';

export interface Ports {
  /** Milliseconds since 1970. */
  now(): number;
  random: RandomBytes;
}

export const systemPorts: Ports = { now: () => Date.now(), random: (count) => randomBytes(count) };
