/** Delivers nothing: keeps what would have been delivered, for the outbox page of a demonstration. */
import type { Letter, MailCarrier } from './mail-carrier.ts';

export const demonstrationMail = (keep: (letter: Letter) => Promise<void>): MailCarrier => ({
  async send(letter) {
    await keep(letter);
    return { is: 'sent' };
  },
  close: () => undefined,
});
