/** Expected refusals of the device itself: what happened, what is kept, what to do. */
export const deviceReasons = {
  'storage-full':
    'There is no room left on this device. Your words are still on this page: save a copy, or free some room, and they are saved by themselves.',
  'storage-closed':
    'This browser does not let the Hub keep anything on this device. Your words are still on this page: save a copy before you close it.',
  locked: 'The Hub is locked on this device. Your words are kept. Unlock it to go on.',
  'wrong-passphrase': 'That password does not open what is kept on this device. Nothing was lost. Try again.',
  wait: 'There were several wrong passwords. Nothing was lost. Wait a little, then try again.',
  'line-needed':
    'This device has not been in touch with the Hub for a long time. Your words are kept. Connect to the internet and sign in to go on.',
  'no-line': 'There is no connection to the Hub. Try again when you are online.',
  'not-here': 'This is not on this device yet. Connect to the internet to open it.',
  'code-wrong': 'That code is not right. Check the newest text message and try again.',
  'code-expired': 'That code is too old. Ask for a new one.',
  'attempt-dead': 'This sign-in has ended. Start again with your email address and password.',
  'sign-in-refused': 'The Hub did not accept this sign-in. Check your email address and password.',
  'too-many': 'There were too many tries. Wait a little, then try again.',
  unsent: 'Some of your words have not reached the Hub yet. They stay sealed on this device until you sign in again.',
  'no-room':
    'There is not enough room on this device to keep this file until it is sent. Free some room, or add it on another device.',
  'file-gone': 'This file is not there any more, or you may not open it any more.',
  'line-over': 'You have been signed out of the Hub. Sign in again to fetch this file.',
  unreadable: 'This file could not be read. Look whether it still opens on this device, then add it again.',
  'no-history': 'The Hub keeps nothing of this that you can see.',
  'history-needs-line': 'This is kept at the Hub. Connect to the internet to see it.',
  'history-signed-out': 'Sign in again to see this.',
  'hub-problem': 'The Hub could not do this just now. Nothing was lost. Try again in a moment.',
} as const;
export type DeviceReason = keyof typeof deviceReasons;

export type Done<T = undefined> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: DeviceReason; readonly until?: number };

export const done = <T>(value: T): Done<T> => ({ ok: true, value });
export const refused = (reason: DeviceReason, until?: number): { ok: false; reason: DeviceReason; until?: number } =>
  until === undefined ? { ok: false, reason } : { ok: false, reason, until };
