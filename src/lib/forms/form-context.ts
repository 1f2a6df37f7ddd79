/** What all fields of one form on the screen share. */
import { createContext } from 'svelte';
import type { EarlierAnswer } from '#sync/protocol/history.ts';
import type { Done } from '#lib/device/result.ts';
import type { Address, Holder } from '#sync/model/ids.ts';
import type { TypingPace } from './typing-pace.ts';

export interface FormContext {
  /** The date in England. */
  readonly today: string;
  /** Nobody writes here now: the request waits to be sent, was sent, or its form is not known. */
  readonly isClosed: boolean;
  /** What stands in the way of sending, by the id of the control; shown after an attempt to send. */
  errorAt(control: string): string | undefined;
  /** Fields that save typing at a pace: all of them are flushed before anything is sent. */
  readonly paces: Set<TypingPace>;
  /** Things that live as long as the form is open, such as the Yjs document of a text. */
  readonly kept: Map<Address, { close(): void }>;
  history(holder: Holder, field: string): Promise<Done<readonly EarlierAnswer[]>>;
}

export const [getForm, setForm] = createContext<FormContext>();

export async function flushTyping(form: FormContext): Promise<void> {
  await Promise.all([...form.paces].map((pace) => pace.flush()));
}
