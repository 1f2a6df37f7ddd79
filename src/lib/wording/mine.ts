/** What became of one's own words, in words: a heading, what happened, and what is kept. */
import type { MineView } from '#lib/device/hub.ts';
import { reasons } from '#sync/reasons.ts';
import { about } from './about.ts';
import { whoIs } from './people.ts';

export interface Told {
  readonly title: string;
  readonly happened: string;
}

export interface About {
  readonly label: string;
  /** What the list calls the entry that the words concern as a whole. */
  readonly entry: string;
  /** That entry is not in its list any more. */
  readonly isEntryGone?: boolean | undefined;
  /** Who reads this. */
  readonly me?: string | undefined;
  /** One's own answer can still take the place of the other. */
  readonly mayUse: boolean;
  /** Which answer is in the form now, where another one came later than one's own. */
  readonly standing?: 'theirs' | 'mine' | 'another' | undefined;
  /** An entry added, moved or removed, or an answer left empty: there are no words in it. */
  readonly isWordless?: boolean | undefined;
}

export function toldOf(one: MineView, { label, entry, isEntryGone, me, mayUse, standing, isWordless }: About): Told {
  const isMe = one.by !== undefined && one.by.id === me;
  const who = one.by === undefined ? 'Someone else' : isMe ? 'You' : whoIs(one.by);
  if (isEntryGone === true && (one.what === 'item-kept' || one.what === 'item-revived'))
    return {
      title: `${entry} was removed`,
      happened:
        'It was kept for a while, because one person removed it while another was writing in it. It has been removed again since then. You can close this message.',
    };
  if (isWordless === true && (one.what === 'parked' || one.what === 'refused'))
    return {
      title: about(label, 'a change of yours was not made'),
      happened: `You added, moved or removed something, or left an answer empty. ${tooLate.has(one.reason) ? 'That came too late.' : 'The Hub could not take that.'} There are no words in it. You can close this message.`,
    };
  switch (one.what) {
    case 'overtaken': {
      const gave = about(label, `${isMe ? 'you' : who} gave a different answer${isMe ? ' on another device' : ''}`);
      if (standing === 'mine')
        return {
          title: gave,
          happened: 'Your own answer is in the form now. You can close this message.',
        };
      const use = mayUse ? ` You can use ${isMe ? 'this one' : 'yours'} instead.` : '';
      if (standing === 'another')
        return {
          title: gave,
          happened: `The answer has been changed again since then. ${isMe ? 'This one' : 'Yours'} is kept here.${use}`,
        };
      return {
        title: gave,
        happened: isMe
          ? `The later answer is in the form, and this one is kept here.${use}`
          : `You both answered this question, and their answer is in the form now. Yours is kept here.${use}${mayUse ? ' If you do nothing, theirs stays in the form.' : ''}`,
      };
    }
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
      return { title: about(label, titles[one.reason ?? ''] ?? 'your answer was not added'), happened: reasonOf(one) };
    case 'refused':
      return { title: about(label, 'the Hub could not take your answer'), happened: reasonOf(one) };
  }
}

const tooLate = new Set<string | undefined>(['section-closed', 'access-ended', 'document-deleted', 'item-removed']);

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
