/**
 * Sends what the outbox holds. A message is marked before it is sent and again afterwards; between the two a killed
 * server leaves it marked, and it is tried again under the same name, which every carrier turns into one delivery.
 */
import { notificationNamed } from '#sync/notifications/index.ts';
import { channels, fillNotification, type Channel, type NotificationValues } from '#sync/notifications/notification.ts';
import type { Delivery, MailCarrier } from '#server/adapters/mail/mail-carrier.ts';
import type { SmsCarrier } from '#server/adapters/sms/sms-carrier.ts';
import { claimDueMessage, isMessageDue, updateMessage, type Message } from '#server/storage/messages.ts';
import { authorityById, activePersonById } from '#server/storage/people.ts';
import { diskStateIn, placesOf, type Deps } from './deps.ts';
import { unseal } from './messages.ts';

export interface Carriers {
  readonly mail: MailCarrier;
  readonly sms: SmsCarrier;
}

/** Longer than any carrier's own time limits together, so that nobody sends what is still being sent. */
const claimMs = 3 * 60_000;
const triesMax = 14;

/** Sends the message that has waited longest. False when none is due. */
export async function sendDueMessage(deps: Deps, carriers: Carriers, channel: Channel): Promise<boolean> {
  const now = deps.ports.now();
  // Looked at without the writer's lock first: the outbox is empty nearly always.
  if (!(await isMessageDue(deps.storage.db, channel, now))) return false;
  const message = await deps.storage.write((tx) => claimDueMessage(tx, channel, now, now + claimMs), 'side-by-side');
  if (message === undefined) return false;
  const delivery = await deliver(deps, carriers, message);
  const at = deps.ports.now();
  await deps.storage.write((tx) => updateMessage(tx, message.id, afterwards(message, delivery, at)), 'side-by-side');
  const code = delivery.is === 'sent' ? 'sent' : `${delivery.is}: ${delivery.code}`;
  deps.log({ event: 'message', at, template: message.template, channel, code, tries: message.tries });
  return true;
}

async function deliver(deps: Deps, carriers: Carriers, message: Message): Promise<Delivery> {
  const notification = notificationNamed(message.template);
  if (notification === undefined) return { is: 'never', code: 'unknown-template' };
  if (notification.secret !== undefined && deps.ports.now() >= message.made_at + notification.secret.livesMs)
    return { is: 'never', code: 'too-old' };
  const [authority, person] = await Promise.all([
    authorityById(deps.storage.db, message.authority_id),
    message.to_person === null ? undefined : activePersonById(deps.storage.db, message.authority_id, message.to_person),
  ]);
  if (authority === undefined || (message.to_person !== null && person === undefined))
    return { is: 'never', code: 'nobody' };

  const given = JSON.parse(unseal(deps.keys.message, message.id, message.args)) as NotificationValues;
  const link = given.link === undefined ? deps.hubUrl() : new URL(given.link, deps.hubUrl()).href;
  const { subject, body } = fillNotification(notification, {
    recipient_name: person?.name ?? '',
    la_name: authority.name,
    ...given,
    link,
  });
  const parcel = { id: message.id, authorityId: message.authority_id, to: message.to_address, at: message.made_at };
  if (message.channel === 'email') return carriers.mail.send({ ...parcel, subject, body });
  const bound =
    notification.domainBound === true && given.code !== undefined
      ? `\n\n@${new URL(deps.hubUrl()).hostname} #${given.code}`
      : '';
  return carriers.sms.send({ ...parcel, body: body + bound, isRetry: message.tries > 1 });
}

/** Whatever became of it for good, the values of a secret message are erased. */
function afterwards(message: Message, delivery: Delivery, now: number) {
  const isOver = delivery.is !== 'later' || message.tries >= triesMax;
  const args = isOver && message.args.startsWith('sealed.') ? '{}' : message.args;
  if (delivery.is === 'sent') return { state: 'sent', sent_at: now, last_error: null, args };
  if (isOver) return { state: 'failed', last_error: delivery.code, args };
  return { state: 'waiting', last_error: delivery.code, not_before: now + pauseMs(message.tries), args };
}

/** 5 s, 10 s, 20 s … an hour: a code is wanted soon, and a mail server that is down for a night loses nothing. */
const pauseMs = (tries: number) => Math.min(60 * 60_000, 5_000 * 2 ** (tries - 1));

export interface Sender {
  /** Something was queued: look now. */
  wake(): void;
  /** Waits for what is being sent. */
  stop(): Promise<void>;
}

/** One lane a channel: a mail server that does not answer keeps no sign-in code waiting. */
export function startSender(deps: Deps, carriers: Carriers, everyMs = 1_000): Sender {
  const lanes = channels.map((channel) => startLane(deps, () => sendDueMessage(deps, carriers, channel)));
  const wake = () => {
    for (const lane of lanes) lane.wake();
  };
  const timer = setInterval(wake, everyMs);
  wake();
  return {
    wake,
    async stop() {
      clearInterval(timer);
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

function startLane(deps: Deps, sendOne: () => Promise<boolean>): Sender {
  let isStopped = false;
  let isWanted = false;
  let running: Promise<void> | undefined;
  const run = async () => {
    do {
      isWanted = false;
      while (!isStopped && (await sendOne()));
    } while (isWanted && !isStopped);
  };
  return {
    wake() {
      isWanted = true;
      if (isStopped || running !== undefined) return;
      running = run()
        .catch((error: unknown) => {
          // A fault here must not end the server: what is marked is tried again at a later tick.
          const state = diskStateIn(error);
          const at = deps.ports.now();
          if (state !== undefined) deps.log({ event: 'server', at, code: state });
          else deps.log({ event: 'bug', at, code: 'sender', where: placesOf(error) });
        })
        .finally(() => {
          running = undefined;
        });
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
