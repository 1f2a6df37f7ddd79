/** Delivers nothing: keeps what would have been delivered, for the outbox page of a demonstration. */
import type { SmsCarrier, TextMessage } from './sms-carrier.ts';

export const demonstrationSms = (keep: (message: TextMessage) => Promise<void>): SmsCarrier => ({
  async send(message) {
    await keep(message);
    return { is: 'sent' };
  },
  close: () => undefined,
});
