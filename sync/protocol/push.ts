/**
 * One request carries what the device has to say and what it wants to hear.
 * Strict: unknown keys are refused, so that nothing travels unseen.
 */
import * as z from 'zod/mini';
import { commandNames } from '../model/command.ts';
import { editKinds } from '../model/edit.ts';
import type { CommandId, DeviceId, DocumentId, PenId, PersonId } from '../model/ids.ts';
import { editsPerPushMax } from './limits.ts';
import { count, holder, id, instant, json, sectionKey, version } from './shapes.ts';

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
  v: version,
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
