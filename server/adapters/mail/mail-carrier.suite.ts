/** What every mail carrier must do. `arrived` tells what reached the other end, letters with one identity counted once. */
import { expect, test } from 'vitest';
import type { Letter, MailCarrier } from './mail-carrier.ts';

export interface ArrivedLetter {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

export function mailCarrierSuite(
  name: string,
  open: () => Promise<{ carrier: MailCarrier; arrived(): Promise<ArrivedLetter[]>; close(): Promise<void> }>,
): void {
  const letter: Letter = {
    id: 'aaaaBBBBccccDDDD',
    authorityId: 'auth',
    to: 'lukasz@example.org',
    subject: 'Case EHC/26/0001',
    body: 'Dear Łukasz\n\n.\nZażółć — ‘quoted’\n',
    at: 1_770_000_000_000,
  };

  test(`${name}: a letter arrives as it was written`, async () => {
    const { carrier, arrived, close } = await open();
    expect(await carrier.send(letter)).toEqual({ is: 'sent' });
    expect(await arrived()).toEqual([{ to: letter.to, subject: letter.subject, body: letter.body }]);
    carrier.close();
    await close();
  });

  test(`${name}: the same letter sent again is known as the same`, async () => {
    const { carrier, arrived, close } = await open();
    await carrier.send(letter);
    await carrier.send(letter);
    await carrier.send({ ...letter, id: 'eeeeFFFFggggHHHH', at: letter.at + 1 });
    expect(await arrived()).toHaveLength(2);
    carrier.close();
    await close();
  });
}
