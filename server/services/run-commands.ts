/**
 * Runs one command in the batch that already holds the edits it depends on. A command has one verdict for ever: sent
 * again, it gets the first one and does nothing.
 */
import type { Command, CommandVerdict } from '#sync/model/command.ts';
import type { Json } from '#sync/model/edit.ts';
import { commandById, insertCommand } from '#server/storage/log.ts';
import { canonicalJson } from './audit.ts';
import { commandHandlers } from './commands/index.ts';
import { refused, type CommandFacts } from './commands/command.ts';
import { isAcquainted, mayIn } from './viewer.ts';

/** Undefined while edits that it depends on have no verdict yet: the device sends it again with them. */
export async function runCommand(facts: Omit<CommandFacts<unknown>, 'args'>): Promise<CommandVerdict | undefined> {
  const { batch, reader, command, at } = facts;
  const { receipt: _, ...asked } = command;
  const body = canonicalJson(asked as unknown as Json);
  const known = await commandById(batch.tx, command.id);
  if (known !== undefined) {
    const isSame = known.person_id === reader.person && known.device_id === reader.device && known.body === body;
    return isSame ? (JSON.parse(known.verdict) as CommandVerdict) : refused('id-taken');
  }
  const verdict = await judge(facts);
  // A newer app's command is not settled by an older server: it may be sent again after the update.
  if (verdict === undefined || (verdict.is === 'refused' && verdict.reason === 'newer-app')) return verdict;
  await insertCommand(batch.tx, {
    id: command.id,
    authority_id: reader.authority,
    document_id: command.doc,
    person_id: reader.person,
    device_id: reader.device,
    name: command.name,
    body,
    verdict: JSON.stringify(verdict),
    at,
  });
  batch.audit(reader.authority, {
    at,
    actor: reader.person,
    deviceId: reader.device,
    action: `command.${command.name}`,
    documentId: verdict.is === 'refused' && verdict.reason === 'not-found' ? null : command.doc,
    detail: { command: command.id, verdict: verdict.is, ...(verdict.is === 'refused' && { reason: verdict.reason }) },
  });
  return verdict;
}

async function judge(facts: Omit<CommandFacts<unknown>, 'args'>): Promise<CommandVerdict | undefined> {
  const { batch, reader, command } = facts;
  const handler = commandHandlers[command.name];
  const args = handler.args.safeParse(command.args);
  if (!args.success) return refused('invalid-value');
  if (handler.on === 'nothing') return handler.run({ ...facts, args: args.data });
  const glance = await batch.glance(reader.authority, command.doc);
  if (glance === undefined || !isAcquainted(reader, glance.row, glance.shares)) return refused('not-found');
  if (!(await isEverythingBefore(facts))) return undefined;
  const document = await batch.open(reader.authority, command.doc);
  if (document === undefined) throw new Error('a document went away within a transaction');
  const may = mayIn(reader, document.row, document.shares);
  if (handler.on === 'open' && !may.includes('see')) return refused('not-found');
  return handler.run({ ...facts, args: args.data, document, may });
}

async function isEverythingBefore({
  batch,
  reader,
  command,
}: {
  batch: CommandFacts<unknown>['batch'];
  reader: CommandFacts<unknown>['reader'];
  command: Command;
}): Promise<boolean> {
  if (command.after === undefined || command.after[1] === 0) return true;
  const [id, n] = command.after;
  const pen = await batch.pen(id);
  return pen !== undefined && pen.person_id === reader.person && pen.document_id === command.doc && pen.n >= n;
}
