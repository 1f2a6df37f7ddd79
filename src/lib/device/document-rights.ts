/** What may be done here, only to draw the screen: the Hub judges every edit again. */
import { declaredKey, type SectionKey } from '#sync/model/ids.ts';
import type { FormDefinition, Part } from '#sync/forms/define.ts';
import { partsOf } from '#sync/roles/may.ts';
import type { Account } from './account.ts';
import type { Contents } from './document-state.ts';
import { isUnsent, type Outbox } from './records.ts';

export function mayIn(
  account: Account,
  contents: Contents,
  form: FormDefinition,
  outbox: Outbox,
  section: SectionKey,
): readonly ('see' | 'write')[] {
  const told = contents.sections.get(section)?.may ?? ofForm(account, contents, form, section);
  // While one of these waits, what is on the screen is what it speaks of.
  const isClosing = outbox.commands.some(
    (one) => ['submit', 'delete-draft', 'restore-draft'].includes(one.value.command.name) && isUnsent(one),
  );
  return isClosing || (contents.facts?.form ?? 0) > form.version ? told.filter((verb) => verb === 'see') : told;
}

/** For sections that the Hub has not spoken of yet: the document's rights, narrowed by the form. */
function ofForm(
  { owner }: Account,
  { facts }: Contents,
  form: FormDefinition,
  section: SectionKey,
): readonly ('see' | 'write')[] {
  const declared = form.sections[declaredKey(section)];
  if (declared === undefined || facts === undefined || !facts.may.includes('see')) return [];
  const plays = partsOf(owner.roles);
  const isOneOf = (parts: readonly Part[] | undefined) =>
    parts === undefined || parts.some((part) => plays.includes(part));
  if (!isOneOf(declared.seenBy)) return [];
  return facts.may.includes('write') && isOneOf(declared.writtenBy) ? ['see', 'write'] : ['see'];
}
