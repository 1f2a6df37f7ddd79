/** What takes text messages out of the Hub. The same text sent again must not arrive twice. */
import type { Delivery } from '../mail/mail-carrier.ts';

export interface TextMessage {
  readonly id: string;
  readonly authorityId: string;
  /** As the person gave it: a British number or one with a country code. */
  readonly to: string;
  readonly body: string;
  readonly at: number;
  /** It may have been sent before: a server died between sending and noting it. */
  readonly isRetry: boolean;
}
export interface SmsCarrier {
  send(message: TextMessage): Promise<Delivery>;
  close(): void;
}
