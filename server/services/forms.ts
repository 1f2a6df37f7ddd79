/**
 * Everything that the fold and the printing need and that is loaded when wanted: forms, the text rule, labels. The
 * server loads it all before its first transaction, because inside one only queries are awaited.
 */
import type { Labels } from '#sync/field-types/field-type.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { formLoaders } from '#sync/forms/index.ts';
import { formPasts, type FormPast } from '#sync/forms/past.ts';
import { outlineOf } from '#sync/print/outline.ts';
import { rules } from '#sync/rules/index.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import { StorageUnavailable } from '#server/storage/unavailable.ts';

export interface Forms {
  /** The newest, or the very version: undefined too for one that only a newer release knows. */
  formOf(kind: string, version?: number): FormDefinition | undefined;
  pastOf(kind: string): FormPast;
  readonly kinds: readonly string[];
  readonly text: TextRule;
  readonly outlineOf: typeof outlineOf;
  readonly labels: Labels;
}

export async function loadForms(): Promise<Forms> {
  const newest: FormDefinition[] = [];
  const pasts = new Map<string, FormPast>();
  for (const [kind, load] of Object.entries(formLoaders)) {
    if (load !== undefined) newest.push(await load());
    const past = await formPasts[kind]?.();
    if (past !== undefined) pasts.set(kind, past);
  }
  const text = await rules.text();
  return { ...formsOf(newest, pasts), text, outlineOf, labels: () => new Map() };
}

export function formsOf(
  newest: readonly FormDefinition[],
  pasts: ReadonlyMap<string, FormPast>,
): Pick<Forms, 'formOf' | 'pastOf' | 'kinds'> {
  const pastOf = (kind: string) => pasts.get(kind) ?? noPast;
  return {
    formOf(kind, version) {
      const form = newest.find((one) => one.kind === kind);
      if (version === undefined || version === form?.version) return form;
      return pastOf(kind).definitions.find((one) => one.version === version);
    },
    pastOf,
    kinds: newest.map(({ kind }) => kind),
  };
}
/**
 * By the version that the document is of. One that is not known here was written in by a newer server over the same
 * database, which takes this one's place in a moment: whoever asks comes again.
 */
export function formOfDocument(
  { formOf }: Pick<Forms, 'formOf'>,
  { kind, form }: { readonly kind: string; readonly form: number },
): FormDefinition {
  const found = formOf(kind, form);
  if (found === undefined) throw new StorageUnavailable('database-newer', undefined);
  return found;
}

const noPast: FormPast = { definitions: [], upgrades: [] };
