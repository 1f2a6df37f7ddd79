/** What became of one's own words, in words: a heading, what happened, and what is kept. */
import type { MineView } from '#lib/device/hub.ts';
import { reasons } from '#sync/reasons.ts';
import { whoIs } from './people.ts';

export interface Told {
  readonly title: string;
  readonly happened: string;
}

export interface About {
  readonly label: string;
  /** What the list calls the entry that the words concern as a whole. */
  readonly entry: string;
  /** Who reads this. */
  readonly me?: string | undefined;
  /** One's own answer can still take the place of the other. */
  readonly mayUse: boolean;
}

export function toldOf(one: MineView, { label, entry, me, mayUse }: About): Told {
  const who = one.by === undefined ? 'Someone else' : whoIs(one.by);
  switch (one.what) {
    case 'overtaken':
      if (one.by !== undefined && one.by.id === me)
        return {
          title: `${label}: you gave a different answer on another device`,
          happened: `The later answer is in the form, and this one is kept here.${mayUse ? ' You can use this one instead.' : ''}`,
        };
      return {
        title: `${label}: ${who} gave a different answer`,
        happened: `You both answered this question, and their answer is in the form now. Yours is kept here.${mayUse ? ' You can use yours instead.' : ''}`,
      };
    case 'item-kept':
      return {
        title: `${entry} was not removed`,
        happened: `${who} was writing in it when you removed it, so it was kept, with everything in it. If it should still go, remove it again.`,
      };
    case 'item-revived':
      return {
        title: `${entry} was removed, and is back`,
        happened: `${who} removed it while you were writing in it. It was put back, with everything you wrote. If it should go, remove it.`,
      };
    case 'parked':
      return { title: `${label}: ${titles[one.reason ?? ''] ?? 'your answer was not added'}`, happened: reasonOf(one) };
    case 'refused':
      return { title: `${label}: the Hub could not take your answer`, happened: reasonOf(one) };
  }
}

const titles: Readonly<Record<string, string | undefined>> = {
  'section-closed': 'your answer came after the request was sent',
  'newer-app': 'your answer is waiting for the Hub to be updated',
};

/** A newer Hub may have reasons that this app has no sentence for yet. */
const reasonOf = ({ reason }: MineView): string =>
  reason === undefined
    ? 'Your words are kept here.'
    : ((reasons as Readonly<Record<string, string | undefined>>)[reason] ??
      'The Hub gives a reason that this version of the app does not know. Your words are kept here. Update the app to read why.');
