/**
 * One request carries what the device has to say and what it wants to hear.
 * Strict: unknown keys are refused, so that nothing travels unseen.
 */
import * as z from 'zod/mini';
import { commandNames } from '../model/command.ts';
import { editKinds, type Json } from '../model/edit.ts';
import type { CommandId, DeviceId, DocumentId, Holder, PenId, PersonId, SectionKey } from '../model/ids.ts';
import { idPattern } from '../model/ids.ts';
import { editsPerPushMax, jsonDepthMax } from './limits.ts';
import { oldestProtocolVersion, protocolVersion } from './version.ts';

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
function isSafeJson(value: unknown, depth = 0): value is Json {
  if (depth > jsonDepthMax) return false;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((member) => isSafeJson(member, depth + 1));
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([key, member]) => !forbiddenKeys.has(key) && isSafeJson(member, depth + 1));
}
const json = z.custom<Json>((value) => isSafeJson(value));
const id = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string' && idPattern.test(value));
const sectionKey = z.custom<SectionKey>(
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,40}(~[A-Za-z0-9_-]{16})?$/.test(value),
);
const holder = z.custom<Holder>(
  (value) => sectionKey.safeParse(value).success || (typeof value === 'string' && idPattern.test(value)),
);
const count = z.int().check(z.nonnegative(), z.maximum(2 ** 48));
const instant = z.int().check(z.minimum(-8.64e15), z.maximum(8.64e15));
const fieldName = z.string().check(z.regex(/^~?[a-zA-Z][a-zA-Z0-9_]{0,60}$/));
const vers = z.record(sectionKey, count);

/** `[n, kind, holder, field, value, made]`. */
export const wireEdit = z.tuple([
  z.int().check(z.positive(), z.maximum(2 ** 31)),
  z.enum(editKinds),
  holder,
  fieldName,
  json,
  instant,
]);
export type WireEdit = z.infer<typeof wireEdit>;

/** Consecutive edits of one pen that were based on the same folded-in state. */
export const run = z.strictObject({
  doc: id<DocumentId>(),
  pen: id<PenId>(),
  /** The form version that the author's app was drawing. */
  form: z.int().check(z.positive(), z.maximum(10_000)),
  base: vers,
  /** What their author had seen was of a history that is not there any more: the server was put back. */
  past: z.optional(z.literal(true)),
  edits: z.array(wireEdit).check(z.minLength(1), z.maxLength(editsPerPushMax)),
});
export type Run = z.infer<typeof run>;

export const command = z.strictObject({
  id: id<CommandId>(),
  doc: id<DocumentId>(),
  name: z.enum(commandNames),
  args: z.record(z.string().check(z.regex(/^[a-z][a-zA-Z]{0,40}$/)), json),
  seen: vers,
  after: z.optional(z.tuple([id<PenId>(), count])),
  /** Offered again after the server was put back: what it had given for it then. */
  receipt: z.optional(z.string().check(z.maxLength(4096), z.regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/))),
});

/** Opaque to the device, comparable only for equality; null before the first answer. */
export const cursor = z.nullable(z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)));
export type Cursor = z.infer<typeof cursor>;

export const push = z.strictObject({
  v: z.int().check(z.minimum(oldestProtocolVersion), z.maximum(protocolVersion)),
  /** Whose words these are. If it is not the session's person, all of it is refused (`other-person`). */
  account: id<PersonId>(),
  device: id<DeviceId>(),
  /** The device's clock when this request was made. */
  sent: instant,
  /** The device's clock jumped while edits were waiting. */
  jumped: z.boolean(),
  cursor,
  /** False while the event stream is open: it alone brings changes then. */
  pull: z.boolean(),
  /** Documents whose contents the device lacks. */
  want: z.array(id<DocumentId>()).check(z.maxLength(200)),
  runs: z.array(run).check(z.maxLength(editsPerPushMax)),
  commands: z.array(command).check(z.maxLength(50)),
});
export type Push = z.infer<typeof push>;
