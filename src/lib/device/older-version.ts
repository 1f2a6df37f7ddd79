/**
 * What lies on this device of an earlier version of a form, as it reads in the version that this app draws: the Hub's
 * answers until the Hub has upgraded them, and one's own waiting words, which are sent as they were written.
 */
import { becameAt, readAs, upgradedEdits } from '#sync/fold/upgrade.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { formPasts, type FormPast } from '#sync/forms/past.ts';
import { addressOf, type Address } from '#sync/model/ids.ts';
import type { FieldChange } from '#sync/protocol/changes.ts';
import type { Account } from './account.ts';
import type { Contents } from './document-state.ts';
import { foldWaiting, placed } from './fold-waiting.ts';
import type { KeptDocument, Outbox } from './records.ts';
import { stateOfContents } from './state-of-contents.ts';

export interface Kept {
  readonly contents: Contents;
  readonly outbox: Outbox;
}

export const fit = async (account: Account, kept: Kept, form: FormDefinition): Promise<Kept> =>
  isOlder(kept, form) ? inVersion(account, kept, form) : kept;

const isOlder = ({ contents, outbox }: Kept, { version }: FormDefinition): boolean =>
  (contents.facts?.form ?? version) < version || outbox.edits.some(({ value }) => value.form < version);

/** What was sent is read as it was sent: by its own version. A draft is read by the newest. */
export async function versionDrawn({ form, stage }: KeptDocument, newest: FormDefinition): Promise<FormDefinition> {
  const isDraft = stage === 'draft' || stage === 'deleted';
  return (isDraft ? undefined : (await pastOf(newest)).definitions.find(({ version }) => version === form)) ?? newest;
}

async function inVersion(account: Account, { contents, outbox }: Kept, form: FormDefinition): Promise<Kept> {
  const past = await pastOf(form);
  const state = stateOfContents(contents);
  // Entries that wait to be sent hold answers too.
  const added = outbox.edits.filter(({ value }) => value.edit.kind === 'add');
  const edits = added.map(({ value: { edit, pen, base } }) => placed(account, { ...edit, pen, base }));
  foldWaiting(state, form, edits);
  const upgrading = { past, from: contents.facts?.form ?? form.version, form };
  const fields = [...contents.fields.values()].flatMap((field) =>
    becameAt(upgrading, state, field.holder, field.field).map(([name, read]): FieldChange => {
      const { value, conflict } = field;
      const sides = conflict?.sides.map((side) => ({ ...side, value: readAs(read, side.value) })) ?? [];
      return {
        ...{ ...field, field: name, value: readAs(read, value) },
        ...(conflict !== undefined && { conflict: { ...conflict, base: readAs(read, conflict.base), sides } }),
      };
    }),
  );
  const texts = [...contents.texts.values()].map((text) => {
    const [became] = becameAt(upgrading, state, text.holder, text.field);
    return { ...text, field: became?.[0] ?? text.field };
  });
  return {
    contents: { ...contents, fields: byAddress(fields), texts: byAddress(texts) },
    outbox: {
      ...outbox,
      edits: outbox.edits.flatMap((queued) => {
        const { value } = queued;
        const parts = upgradedEdits({ past, from: value.form, form }, state, value.edit) ?? [value.edit];
        return parts.map((edit) => ({ ...queued, value: { ...value, edit } }));
      }),
    },
  };
}

const byAddress = <T extends Parameters<typeof addressOfChange>[0]>(all: readonly T[]): ReadonlyMap<Address, T> =>
  new Map(all.map((one) => [addressOfChange(one), one]));
const addressOfChange = ({ holder, field }: Pick<FieldChange, 'holder' | 'field'>) => addressOf(holder, field);

const pastOf = async ({ kind }: FormDefinition): Promise<FormPast> =>
  (await formPasts[kind]?.()) ?? { definitions: [], upgrades: [] };
