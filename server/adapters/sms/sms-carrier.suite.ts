/** What every carrier of text messages must do. */
import { expect, test } from 'vitest';
import type { SmsCarrier, TextMessage } from './sms-carrier.ts';

export interface ArrivedText {
  readonly to: string;
  readonly body: string;
}

export function smsCarrierSuite(
  name: string,
  open: () => Promise<{ carrier: SmsCarrier; arrived(): Promise<ArrivedText[]>; close(): Promise<void> }>,
): void {
  const text: TextMessage = {
    id: 'aaaaBBBBccccDDDD',
    authorityId: 'auth',
    to: '07700 900123',
    body: 'Words\n\n@host #123456',
    at: 5,
    isRetry: false,
  };

  test(`${name}: a text message arrives as it was written`, async () => {
    const { carrier, arrived, close } = await open();
    expect(await carrier.send(text)).toEqual({ is: 'sent' });
    expect(await arrived()).toEqual([{ to: text.to, body: text.body }]);
    carrier.close();
    await close();
  });

  test(`${name}: a retry of one that had arrived sends nothing, and of one that had not sends it`, async () => {
    const { carrier, arrived, close } = await open();
    await carrier.send(text);
    expect(await carrier.send({ ...text, isRetry: true })).toEqual({ is: 'sent' });
    expect(await arrived()).toHaveLength(1);
    expect(await carrier.send({ ...text, id: 'eeeeFFFFggggHHHH', at: 6, isRetry: true })).toEqual({ is: 'sent' });
    expect(await arrived()).toHaveLength(2);
    carrier.close();
    await close();
  });
}
