import { defineNotification } from './notification.ts';

/** N04 before there is a case: a draft has no number yet, and its title would name the child. */
export const draftShared = defineNotification({
  key: 'draft.shared',
  number: 'N04',
  version: 1,
  channels: ['email'],
  subject: 'A draft request was shared with you',
  body: `Dear {recipient_name}

A draft request for a needs assessment was shared with you on {date}.

Sign in to see it: {link}

{la_name} EHC Hub
`,
});
