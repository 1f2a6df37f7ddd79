/** A new draft: durable here before it is shown, and begun on the Hub with the first line that there is. Comes when asked for. */
import { formLoaders } from '#sync/forms/index.ts';
import { makeId, type DocumentId } from '#sync/model/ids.ts';
import { mayDocument } from '#sync/roles/may.ts';
import { byOf, type Account } from './account.ts';
import { queueCommand } from './commands.ts';
import type { KeptDocument } from './records.ts';
import { done, type Done } from './result.ts';
import { troubleAsResult } from './storage-trouble.ts';

export async function startDocument(account: Account, kind: string): Promise<Done<DocumentId>> {
  const form = await formLoaders[kind]?.();
  if (form === undefined) throw new Error('a document of an unknown kind was started');
  const { owner, ports } = account;
  const doc = makeId<DocumentId>(ports.random);
  const now = ports.now();
  const begins: KeptDocument = {
    t: 'doc',
    doc,
    kind,
    form: form.version,
    stage: 'draft',
    may: mayDocument({ person: owner.person, roles: owner.roles }, { kind, stage: 'draft', whose: 'started' }),
    starter: byOf(account),
    createdAt: now,
    updatedAt: now,
    summary: { name: '' },
    full: true,
    isLocal: true,
  };
  try {
    await queueCommand(account, { doc, name: 'start', args: { kind, form: form.version }, seen: {}, begins });
  } catch (error) {
    return troubleAsResult(error);
  }
  return done(doc);
}
