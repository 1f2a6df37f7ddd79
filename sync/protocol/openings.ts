/** Who has opened a document, for whoever may know it. It is asked for when wanted, and never kept on a device. */
import type { By } from './changes.ts';

export interface Opening {
  readonly by: By;
  /** The last time, and on how many days in all: by the clock of their device, never later than the Hub heard of it. */
  readonly last: number;
  readonly days: number;
}
