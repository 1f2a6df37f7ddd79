/** What takes e-mail out of the Hub. Sending the same letter twice must not make two letters of it for whoever reads. */
export interface Letter {
  /** Random, for ever the same for one message: retries carry it again. */
  readonly id: string;
  readonly authorityId: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** When the message was made. */
  readonly at: number;
}

/** `code` names what went wrong by a short word or number, never by a text that could hold an address. */
export type Delivery = { readonly is: 'sent' } | { readonly is: 'later' | 'never'; readonly code: string };

export interface MailCarrier {
  send(letter: Letter): Promise<Delivery>;
  close(): void;
}
