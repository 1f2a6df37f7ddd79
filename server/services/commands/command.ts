/** What a command is on the server. It changes the batch and answers; refusals are values, and change nothing. */
import type * as z from 'zod/mini';
import type { Command, CommandName, CommandVerdict } from '#sync/model/command.ts';
import type { Json } from '#sync/model/edit.ts';
import type { Reason } from '#sync/reasons.ts';
import type { Verb } from '#sync/roles/verbs.ts';
import type { Keys } from '../keys.ts';
import type { Batch, OpenDocument } from '../group-commit-batch.ts';
import type { Receipt } from '../run-commands-receipt.ts';
import type { Reader } from '../viewer.ts';

export interface CommandFacts<Args> {
  readonly batch: Batch;
  readonly reader: Reader;
  readonly keys: Keys;
  /** The server's clock when the push arrived: a command's lawful time. */
  readonly at: number;
  readonly command: Command;
  readonly args: Args;
  /** The command was done in a time that the server has lost: what it had signed for it then. */
  readonly receipt?: Receipt | undefined;
}
export interface OnDocument<Args> extends CommandFacts<Args> {
  readonly document: OpenDocument;
  /** What the person may do with the document at this moment. */
  readonly may: readonly Verb[];
}

/** `open`: the person must see the document. `own-words`: it is enough that the words are hers. */
export type CommandHandler =
  | {
      readonly name: CommandName;
      readonly on: 'nothing';
      readonly args: z.ZodMiniType;
      run(facts: CommandFacts<unknown>): Promise<CommandVerdict>;
    }
  | {
      readonly name: CommandName;
      readonly on: 'open' | 'own-words';
      readonly args: z.ZodMiniType;
      run(facts: OnDocument<unknown>): Promise<CommandVerdict>;
    };

export function onNothing<Args>(handler: {
  name: CommandName;
  args: z.ZodMiniType<Args>;
  run(facts: CommandFacts<Args>): Promise<CommandVerdict>;
}): CommandHandler {
  return { ...handler, on: 'nothing', run: (facts) => handler.run(facts as CommandFacts<Args>) };
}
export function onDocument<Args>(handler: {
  name: CommandName;
  args: z.ZodMiniType<Args>;
  run(facts: OnDocument<Args>): Promise<CommandVerdict>;
}): CommandHandler {
  return { ...handler, on: 'open', run: (facts) => handler.run(facts as OnDocument<Args>) };
}
export function onOwnWords<Args>(handler: {
  name: CommandName;
  args: z.ZodMiniType<Args>;
  run(facts: OnDocument<Args>): Promise<CommandVerdict>;
}): CommandHandler {
  return { ...handler, on: 'own-words', run: (facts) => handler.run(facts as OnDocument<Args>) };
}

export const done = (result: Readonly<Record<string, Json>> = {}): CommandVerdict => ({ is: 'done', result });
export const refused = (reason: Reason, at?: readonly Json[]): CommandVerdict => ({
  is: 'refused',
  reason,
  ...(at !== undefined && { at }),
});
