import { expect, test } from 'vitest';
import { notifications } from './index.ts';
import { fillNotification, unknownPlaceholders, type Notification } from './notification.ts';

const all: readonly Notification[] = notifications;

test('every notification holds placeholders of the closed list only, and none in a text that names a child', () => {
  for (const { subject, body } of all) expect(unknownPlaceholders(subject + body)).toEqual([]);
});
test('no two notifications have one key', () => {
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
});
test('a subject never holds what a user typed', () => {
  for (const { subject } of all) expect(subject).not.toMatch(/recipient_name|la_name|coordinator|action/);
});
test('a text message fits into 160 characters with the line that binds its code', () => {
  for (const { channels, body } of all)
    if (channels.includes('sms')) expect(body.replace('{code}', '123456').length).toBeLessThanOrEqual(110);
});
test('a missing value is an error, never an empty place', () => {
  const notification: Notification = {
    key: 'k',
    number: 'N00',
    version: 1,
    channels: ['email'],
    subject: '',
    body: 'Dear {recipient_name}',
  };
  expect(() => fillNotification(notification, {})).toThrow('{recipient_name}');
});
test('a name cannot add lines to a letter or turn its direction', () => {
  const notification: Notification = {
    key: 'k',
    number: 'N00',
    version: 1,
    channels: ['email'],
    subject: '',
    body: 'Dear {recipient_name}',
  };
  expect(fillNotification(notification, { recipient_name: 'A\r\nBcc: x\u202e' }).body).toBe('Dear A Bcc: x');
});
test('a placeholder outside the list is found', () => {
  expect(unknownPlaceholders('Dear {child_name}, {case_id}')).toEqual(['child_name']);
});
