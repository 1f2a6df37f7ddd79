/**
 * Messages are written in the transaction that causes them and sent afterwards, so what happened is never without its
 * message and no message tells of something that did not happen.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Transaction } from 'kysely';
import { makeId } from '#sync/model/ids.ts';
import { notificationNamed, type NotificationKey } from '#sync/notifications/index.ts';
import type { Channel, NotificationValues } from '#sync/notifications/notification.ts';
import type { Storage } from '#server/storage/database.ts';
import { deliveredMessages, insertMessage } from '#server/storage/messages.ts';
import { remembered } from '#server/storage/restored.ts';
import type { Tables } from '#server/storage/schema.ts';
import { sha256 } from './audit.ts';
import type { Deps } from './deps.ts';

export interface NewMessage {
  readonly authorityId: string;
  readonly key: NotificationKey;
  readonly channel: Channel;
  readonly to: { readonly id: string; readonly email: string; readonly phone: string };
  /**
   * The recipient's name, the authority's name and the Hub's address are filled in when it is sent. `link` may be given
   * as a path that begins with a slash.
   */
  readonly values: NotificationValues;
  /** The id of the command that it tells of: the same command, done again on a server that was put back, is told once. */
  readonly cause?: string;
}

export async function queueMessage(
  tx: Transaction<Tables>,
  { ports, keys }: Pick<Deps, 'ports' | 'keys'>,
  message: NewMessage,
): Promise<void> {
  const notification = notificationNamed(message.key);
  if (notification === undefined || !notification.channels.includes(message.channel))
    throw new Error(`${message.key} has no form for ${message.channel}.`);
  const { cause, key, channel, to } = message;
  const id = cause === undefined ? makeId(ports.random) : sha256([cause, key, channel, to.id].join(' ')).slice(0, 16);
  if (cause !== undefined && (await remembered(tx, 'sent', id)) !== undefined) return;
  const now = ports.now();
  const args = JSON.stringify(message.values);
  await insertMessage(tx, {
    id,
    authority_id: message.authorityId,
    template: message.key,
    channel: message.channel,
    to_person: message.to.id,
    to_address: message.channel === 'sms' ? message.to.phone : message.to.email,
    args: notification.secret === undefined ? args : seal(keys.message, id, args, ports.random(12)),
    state: 'waiting',
    tries: 0,
    not_before: now,
    last_error: null,
    made_at: now,
    sent_at: null,
  });
}

/** Bound to the message's id, so that a sealed value cannot be moved into another message. */
function seal(key: Buffer, id: string, text: string, iv: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  return `sealed.${Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`;
}

export function unseal(key: Buffer, id: string, args: string): string {
  if (!args.startsWith('sealed.')) return args;
  const bytes = Buffer.from(args.slice('sealed.'.length), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    .setAAD(Buffer.from(id))
    .setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
}

export interface ShownMessage {
  readonly channel: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly at: number;
}

/** What a demonstration's carriers delivered, newest first. */
export async function shownMessages({ db }: Storage, limit: number): Promise<ShownMessage[]> {
  const delivered = await deliveredMessages(db, limit);
  return delivered.map(({ to_address: to, channel, subject, body, at }) => ({ channel, to, subject, body, at }));
}
