/**
 * What is done to the insides of a file that a stranger may have made: elsewhere than in the process that holds the
 * database and the keys, by a process that is given the bytes of the one file and nothing else.
 */

/** Pictures that can be drawn anew. */
export const pictureKinds = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const;
export type PictureKind = (typeof pictureKinds)[number];
/** A container's entries are unpacked and counted; nothing of them is kept. */
export type WorkJob = PictureKind | 'container';

/** What a process may say of a file by the code it ends with. */
export const faults = { unreadable: 10, 'too-many-pixels': 11, 'not-as-listed': 12, 'too-much': 13 } as const;
export type WorkFault = keyof typeof faults;

/** `lost`: the process ended, and not because of the file. It may be tried again at any time. */
export type WorkEnd = 'done' | WorkFault | 'lost';

/** What a machine cannot take away from the process, or cannot do at all. */
export type Lack = 'limits' | 'network' | 'pictures';

export interface FileWork {
  /**
   * What the process gives goes to `keep` as it comes, and counts only when this resolves with «done». People take
   * turns, so that one with many files delays only their own.
   */
  run(person: string, job: WorkJob, bytes: AsyncIterable<Uint8Array>, keep: Keep): Promise<WorkEnd>;
  /** Whoever asks for the same file while it is being looked into waits for that, instead of looking a second time. */
  once(id: string, look: () => Promise<void>): Promise<void>;
  lacks(): Promise<readonly Lack[]>;
  /** Ends what is under way: it is lost. */
  close(): Promise<void>;
}
export type Keep = (result: AsyncIterable<Uint8Array>) => Promise<unknown>;
