import { defineNotification } from './notification.ts';

export const signinCode = defineNotification({
  key: 'signin.code',
  number: 'N38',
  version: 1,
  channels: ['sms'],
  subject: '',
  body: '{code} is your EHC Hub code. It is valid for 10 minutes. Never tell it to anyone.',
  secret: { livesMs: 10 * 60_000 },
  domainBound: true,
});
