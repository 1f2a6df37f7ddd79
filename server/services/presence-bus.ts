/**
 * The way of a word about who is where to every server of the Hub. What other servers say is read as strictly as anything
 * from outside, since one of them may be of another release: a word that this one cannot read is passed over, as a lost
 * one is. Nothing of it is stored on the way.
 */
import * as z from 'zod/mini';
import type { DeviceId, DocumentId, PenId, PersonId } from '#sync/model/ids.ts';
import { id, sectionKey } from '#sync/protocol/shapes.ts';
import type { Others } from '#server/storage/database.ts';

/** One word of a device. Ids only, a few hundred bytes, so that it fits into a notification of a database. */
const presenceWord = z.object({
  authority: id<string>(),
  person: id<PersonId>(),
  device: id<DeviceId>(),
  /** The tab, by the pen it writes with; null: all tabs of the device. */
  pen: z.nullable(id<PenId>()),
  /** Null: not there any more. Without a section: the document is open, and nothing is being written. */
  place: z.nullable(z.object({ doc: id<DocumentId>(), section: z.nullable(sectionKey) })),
});
export type PresenceWord = Readonly<z.infer<typeof presenceWord>>;

/** A word that was told is heard by every server, this one included. A lost word is said again soon, or forgotten soon. */
export interface PresenceBus {
  tell(word: PresenceWord): void;
  /** Returns the way to stop. */
  hear(listener: (word: PresenceWord) => void): () => void;
}

/** Without `others` there is this server alone. */
export function presenceBus(others?: Others): PresenceBus {
  const listeners = new Set<(word: PresenceWord) => void>();
  const tellHere = (word: PresenceWord) => listeners.forEach((listener) => listener(word));
  others?.listen('presence', (said) => {
    const word = wordOf(said);
    if (word !== undefined) tellHere(word);
  });
  return {
    tell(word) {
      tellHere(word);
      others?.tell('presence', JSON.stringify(word));
    },
    hear(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function wordOf(said: string): PresenceWord | undefined {
  try {
    return presenceWord.safeParse(JSON.parse(said)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
