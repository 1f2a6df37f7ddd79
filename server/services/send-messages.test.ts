import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';
import type { Delivery } from '#server/adapters/mail/mail-carrier.ts';
import { queueMessage } from './messages.ts';
import { sendDueMessage, startSender, type Carriers } from './send-messages.ts';

const minute = 60_000;
let hub: TestHub;
beforeEach(async () => {
  hub = await openTestHub();
});
afterEach(() => hub.close());

async function queue(key: 'request.ack' | 'signin.code', values: Record<string, string>) {
  const person = await hub.deps.storage.db
    .selectFrom('person')
    .selectAll()
    .where('name', '=', 'Marek Kowalczyk')
    .executeTakeFirstOrThrow();
  await hub.deps.storage.write((tx) =>
    queueMessage(tx, hub.deps, {
      authorityId: person.authority_id,
      key,
      channel: key === 'signin.code' ? 'sms' : 'email',
      to: person,
      values,
    }),
  );
}
const outbox = async () =>
  (await (await hub.app.request('/outbox.json')).json()) as { subject: string; body: string }[];
const rows = () => hub.deps.storage.db.selectFrom('message').selectAll().execute();
const answering = (...answers: Delivery[]): Carriers & { sent: string[] } => {
  const sent: string[] = [];
  return {
    sent,
    mail: { send: async ({ id }) => (sent.push(id), answers.shift() ?? { is: 'sent' }), close: () => undefined },
    sms: hub.carriers.sms,
  };
};

test('a letter names the recipient, the authority, the case and the way in, and nothing else', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: '2 November 2026' });
  await hub.sendAll();
  const [letter] = await outbox();
  expect(letter?.subject).toBe('We have received your request: case EHC/26/0001');
  expect(letter?.body).toMatch(
    /^Dear Marek Kowalczyk\n[^]*http:\/\/hub\.test\n\nHallowshire County Council EHC Hub\n$/,
  );
  expect(letter?.body).not.toMatch(/[{}]/);
});

test('nothing is sent for a transaction that did not happen', async () => {
  await expect(
    hub.deps.storage.write(async (tx) => {
      const person = await tx.selectFrom('person').selectAll().executeTakeFirstOrThrow();
      await queueMessage(tx, hub.deps, {
        authorityId: person.authority_id,
        key: 'request.ack',
        channel: 'email',
        to: person,
        values: {},
      });
      throw new Error('the change failed');
    }),
  ).rejects.toThrow('the change failed');
  await hub.sendAll();
  expect(await outbox()).toEqual([]);
});

test('a message is sent once, however often the sender looks', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: 'today' });
  const carriers = answering();
  await Promise.all([sendDueMessage(hub.deps, carriers, 'email'), sendDueMessage(hub.deps, carriers, 'email')]);
  hub.pass(24 * 60 * minute);
  await hub.sendAll(carriers);
  expect(carriers.sent).toHaveLength(1);
});

test('a message that could not go is tried again after longer and longer pauses, under the same name', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: 'today' });
  const later: Delivery = { is: 'later', code: '451' };
  const carriers = answering(later, later, later);
  await hub.sendAll(carriers);
  await hub.sendAll(carriers);
  expect(carriers.sent).toHaveLength(1);
  for (const seconds of [5, 10, 20]) {
    hub.pass(seconds * 1000);
    await hub.sendAll(carriers);
  }
  expect(new Set(carriers.sent).size).toBe(1);
  expect(await rows()).toMatchObject([{ state: 'sent', tries: 4, last_error: null }]);
});

test('a message that is refused for good stays as failed, to be seen', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: 'today' });
  await hub.sendAll(answering({ is: 'never', code: '550' }));
  expect(await rows()).toMatchObject([{ state: 'failed', last_error: '550' }]);
});

test('a server killed while sending sends after its restart what nobody noted as sent, and it arrives once', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: 'today' });
  const killed: Carriers = {
    ...hub.carriers,
    mail: {
      send: async (letter) => (await hub.carriers.mail.send(letter), Promise.reject(new Error('killed'))),
      close: () => undefined,
    },
  };
  await expect(sendDueMessage(hub.deps, killed, 'email')).rejects.toThrow('killed');
  expect(await rows()).toMatchObject([{ state: 'sending' }]);
  await hub.sendAll();
  expect(await rows()).toMatchObject([{ state: 'sending' }]);
  hub.pass(3 * minute);
  await hub.sendAll();
  expect(await rows()).toMatchObject([{ state: 'sent' }]);
  expect(await outbox()).toHaveLength(1);
});

test('a code that waited longer than it lives is erased instead of sent', async () => {
  await queue('signin.code', { code: '123456' });
  hub.pass(10 * minute);
  await hub.sendAll();
  expect(await outbox()).toEqual([]);
  expect(await rows()).toMatchObject([{ state: 'failed', last_error: 'too-old', args: '{}' }]);
});

test('a mail server that does not answer keeps no code waiting', async () => {
  await queue('request.ack', { case_id: 'EHC/26/0001', date: 'today' });
  await queue('signin.code', { code: '123456' });
  let letGo = (): void => undefined;
  const hanging = new Promise<Delivery>((resolve) => {
    letGo = () => resolve({ is: 'sent' });
  });
  const sender = startSender(
    hub.deps,
    { sms: hub.carriers.sms, mail: { send: () => hanging, close: () => undefined } },
    10,
  );
  await expect.poll(async () => (await outbox()).map(({ body }) => body)).toEqual([expect.stringContaining('123456')]);
  letGo();
  await sender.stop();
  expect(await rows()).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
});
