/** Thirty idle minutes over all tabs, sleep included: measured by both clocks, so that neither a sleep nor a set-back clock hides them. */
import type { DevicePorts } from './ports.ts';

export const idleMs = 30 * 60_000;
const lookMs = 15_000;
const tellMs = 10_000;

export interface IdleWatch {
  alive(): void;
  /** Somebody was active in another tab. */
  heard(): void;
  stop(): void;
}

export function watchIdle(ports: DevicePorts, tellOthers: () => void, onIdle: () => void): IdleWatch {
  let last = { wall: ports.now(), steady: ports.monotonic() };
  let told = -Infinity;
  let cancel: (() => void) | undefined;
  let isStopped = false;

  const look = () => {
    if (isStopped) return;
    const idle = Math.max(ports.now() - last.wall, ports.monotonic() - last.steady);
    if (idle >= idleMs) {
      stop();
      onIdle();
      return;
    }
    cancel?.();
    cancel = ports.setTimer(lookMs, look);
  };
  const stop = () => {
    isStopped = true;
    cancel?.();
    stopSignals();
  };
  const stopSignals = ports.signals.onWake(look);
  look();
  const mark = () => {
    last = { wall: ports.now(), steady: ports.monotonic() };
  };
  return {
    alive() {
      // The first key after a long sleep must not count as «never was away».
      look();
      if (isStopped) return;
      mark();
      if (last.steady - told < tellMs) return;
      told = last.steady;
      tellOthers();
    },
    heard: mark,
    stop,
  };
}
