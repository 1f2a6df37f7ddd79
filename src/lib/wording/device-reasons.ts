/** What the device says when it could not do something, as sentences. */
import { deviceReasons, type DeviceReason, type Done } from '#lib/device/result.ts';
import { timeOfDay } from './times.ts';

export function sentenceFor(answer: Extract<Done<unknown>, { ok: false }>): string {
  const sentence = deviceReasons[answer.reason];
  return answer.until === undefined ? sentence : `${sentence} You can try again at ${timeOfDay(answer.until)}.`;
}

export const sentenceOf = (reason: DeviceReason): string => deviceReasons[reason];
