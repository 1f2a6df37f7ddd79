/**
 * A stamp orders concurrent edits where a rule asks «which was later». It is set once by the server when it first
 * accepts an edit, and stored; the fold never computes it, so the same log always folds to the same bytes.
 */
import type { DeviceId } from './ids.ts';

/** Milliseconds since 1970 by the server's clock. */
export type Stamp = number;

export interface StampEvidence {
  /** Server time when the push arrived. */
  readonly arrival: number;
  /** Device time when the edit was made. */
  readonly made: number;
  /** Device time when the push was sent. */
  readonly sent: number;
  /** The device saw its own clock jump between the two. */
  readonly jumped: boolean;
  /** The latest stamp this device was given before: its edits never go back in time. */
  readonly previous: Stamp;
}

/** Never later than the arrival; the device's clock counts only as a distance between two of its own readings. */
export function stampOf({ arrival, made, sent, jumped, previous }: StampEvidence): Stamp {
  const estimated = jumped ? arrival : Math.min(arrival, made + (arrival - sent));
  return Math.min(arrival, Math.max(previous, estimated));
}

/** Total order over sides of one field: later stamp, then device id, so that ties fall alike everywhere. */
export function isLater(a: { stamp: Stamp; device: DeviceId }, b: { stamp: Stamp; device: DeviceId }): boolean {
  return a.stamp !== b.stamp ? a.stamp > b.stamp : a.device > b.device;
}
