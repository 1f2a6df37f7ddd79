import { defineNotification } from './notification.ts';

/** Children and Families Act 2014, section 36(1): whoever asked is told that the request arrived, and by when it is decided. */
export const requestAck = defineNotification({
  key: 'request.ack',
  number: 'N01',
  version: 1,
  channels: ['email'],
  subject: 'We have received your request: case {case_id}',
  body: `Dear {recipient_name}

We have your request for an Education, Health and Care needs assessment. Its case number is {case_id}. It was received on {date}.

You and others can still add information. Under section 36(1) of the Children and Families Act 2014 we will decide whether to carry out an assessment, using everything that was gathered, and will tell you within 6 weeks of the request.

Sign in to read the request: {link}

{la_name} EHC Hub
`,
});
