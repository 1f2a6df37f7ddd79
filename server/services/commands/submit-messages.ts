/** N01 to the address that the requester typed, N02 to those who take requests in: in the transaction that receives it. */
import { addressOf, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import { activePersonById, settingValue } from '#server/storage/people.ts';
import { activePeopleInRole } from '#server/storage/viewers.ts';
import { queueMessage } from '../messages.ts';
import { dayInWords } from './calendar.ts';
import type { OnDocument } from './command.ts';

export async function queueSubmitMessages(
  { batch, keys, document, reader, command }: OnDocument<unknown>,
  caseNumber: string,
  receivedOn: string,
): Promise<void> {
  const values = { case_id: caseNumber, date: dayInWords(receivedOn), link: '/' };
  const queue = (key: 'request.ack' | 'request.new', to: { id: string; email: string }) =>
    queueMessage(
      batch.tx,
      { ports: batch.ports, keys },
      { authorityId: reader.authority, key, channel: 'email', to: { ...to, phone: '' }, values, cause: command.id },
    );

  const requester = await activePersonById(batch.tx, reader.authority, reader.person);
  if (requester === undefined) throw new Error('a request was sent by someone without an account');
  await queue('request.ack', { id: requester.id, email: typedEmail(document) ?? requester.email });

  const intake = await settingValue(batch.tx, `intake-email/${reader.authority}`);
  for (const person of await activePeopleInRole(batch.tx, reader.authority, 'co-ordinator')) {
    // An authority with an intake address gets one letter there; otherwise each co-ordinator gets one.
    await queue('request.new', { id: person.id as PersonId, email: intake ?? person.email });
    if (intake !== undefined) break;
  }
}

/** The address typed into the form, where the form asks for one. Whatever is not an address was refused as incomplete. */
function typedEmail({ state }: OnDocument<unknown>['document']): string | undefined {
  const value = state.fields.get(addressOf('requester' as SectionKey, 'req_email'))?.value;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
