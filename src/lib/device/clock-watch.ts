/** Compares the wall clock with one that only goes forward: when they part, the device's times are no evidence any more. */
import type { DevicePorts } from './ports.ts';

const slackMs = 5_000;

export interface ClockWatch {
  /** Whether the wall clock jumped since this was asked last. After a sleep it may say so without need: that costs only precision. */
  hasJumped(): boolean;
}

export function watchClock(ports: Pick<DevicePorts, 'now' | 'monotonic'>): ClockWatch {
  let offset = ports.now() - ports.monotonic();
  return {
    hasJumped() {
      const now = ports.now() - ports.monotonic();
      const isApart = Math.abs(now - offset) > slackMs;
      offset = now;
      return isApart;
    },
  };
}
