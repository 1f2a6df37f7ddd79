/**
 * How much a device may bring within a minute. People who type together make three edits a second; more than ten times
 * that comes only from words that waited long, and those lose nothing by waiting a little longer.
 */
import type { PushSize } from '#server/services/apply-push-read.ts';
import { makeBuckets } from './rate-limit.ts';

const editsPerMinute = 2_000;
const bytesPerMinute = 4 * 1024 * 1024;

export function pushAllowance() {
  const edits = makeBuckets({ perSecond: editsPerMinute / 60, burst: editsPerMinute });
  const bytes = makeBuckets({ perSecond: bytesPerMinute / 60, burst: bytesPerMinute });
  return {
    /** Milliseconds to wait; 0 when it may come in now. A push without edits is free: it only asks. */
    take(device: string, size: PushSize, now: number): number {
      if (size.edits === 0) return 0;
      const waitMs = edits.take(device, now, size.edits);
      if (waitMs > 0) return waitMs;
      const waitForBytesMs = bytes.take(device, now, size.bytes);
      if (waitForBytesMs > 0) edits.giveBack(device, size.edits);
      return waitForBytesMs;
    },
    /** What got no verdict will come again: it counts when it is taken. */
    giveBack(device: string, size: PushSize, taken: number): void {
      const left = size.edits - taken;
      if (left <= 0) return;
      edits.giveBack(device, left);
      bytes.giveBack(device, (size.bytes * left) / size.edits);
    },
  };
}
