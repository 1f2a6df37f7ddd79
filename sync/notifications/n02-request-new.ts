import { defineNotification } from './notification.ts';

export const requestNew = defineNotification({
  key: 'request.new',
  number: 'N02',
  version: 1,
  channels: ['email'],
  subject: 'New request received: case {case_id}',
  body: `Dear {recipient_name}

A new request for a needs assessment was received on {date}. Its case number is {case_id}.

Sign in to read it: {link}

{la_name} EHC Hub
`,
});
