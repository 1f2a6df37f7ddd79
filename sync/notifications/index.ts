/** The table of notifications: whatever the Hub says outside itself stands here. */
import { requestAck } from './n01-request-ack.ts';
import { requestNew } from './n02-request-new.ts';
import { draftShared } from './n04-draft-shared.ts';
import { signinCode } from './n38-signin-code.ts';
import type { Notification } from './notification.ts';

export const notifications = [
  requestAck,
  requestNew,
  draftShared,
  signinCode,
] as const satisfies readonly Notification[];
export type NotificationKey = (typeof notifications)[number]['key'];
export const notificationNamed = (key: string): Notification | undefined =>
  notifications.find((notification) => notification.key === key);
