/**
 * Files that somebody has chosen and not yet added, with what they have said of each so far. A locked screen takes the
 * form away; unlocked by the same account, these stand there again. A browser gives a file to the page that asked for it
 * and to no later one, so they are held in this page's memory alone and never written; they go with whoever chose them,
 * and when files are chosen for another draft.
 */
import type { Hub } from '#lib/device/hub.ts';
import { holdPage } from '#lib/screen/page-holds.ts';
import type { DocumentId } from '#sync/model/ids.ts';

/** What was chosen for one field of a draft. */
export class ChosenFiles {
  list = $state<ChosenFile[]>([]);
  /** The key of the next one: controls keep their names over a lock, so that the focus finds its way back. */
  next = 0;
}

export interface ChosenFile {
  readonly key: number;
  readonly file: File;
  /** Why it cannot be added at all. */
  readonly refusal?: string;
  category: string | null;
  datedOn: string | null;
  errors: { category?: string; date?: string };
  isBusy: boolean;
}

interface Held {
  readonly person: string;
  readonly doc: DocumentId;
  readonly byField: Record<string, ChosenFiles>;
  readonly stops: readonly (() => void)[];
}
let held: Held | undefined;

export function chosenFiles({ session }: Pick<Hub, 'session'>, doc: DocumentId, field: string): ChosenFiles {
  const now = session.state.current;
  if (now.is !== 'open') return new ChosenFiles();
  const person = now.person.id;
  if (held?.person !== person || held.doc !== doc) {
    drop();
    const byField: Held['byField'] = {};
    held = {
      person,
      doc,
      byField,
      stops: [
        holdPage(() => Object.values(byField).some(({ list }) => list.length > 0)),
        session.state.subscribe((state) => {
          if (state.is === 'signed-out' || (state.is === 'open' && state.person.id !== person)) drop();
        }),
      ],
    };
  }
  return (held.byField[field] ??= new ChosenFiles());
}

function drop(): void {
  const gone = held;
  held = undefined;
  gone?.stops.forEach((stop) => stop());
}
