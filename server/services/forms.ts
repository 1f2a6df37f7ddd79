/**
 * Everything that the fold and the printing need and that is loaded when wanted: forms, the text rule, labels. The
 * server loads it all before its first transaction, because inside one only queries are awaited.
 */
import type { Labels } from '#sync/field-types/field-type.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { formLoaders } from '#sync/forms/index.ts';
import { outlineOf } from '#sync/print/outline.ts';
import { rules } from '#sync/rules/index.ts';
import type { TextRule } from '#sync/rules/rule.ts';

export interface Forms {
  formOf(kind: string): FormDefinition | undefined;
  readonly kinds: readonly string[];
  readonly text: TextRule;
  readonly outlineOf: typeof outlineOf;
  readonly labels: Labels;
}

export async function loadForms(): Promise<Forms> {
  const forms = new Map<string, FormDefinition>();
  for (const [kind, load] of Object.entries(formLoaders)) if (load !== undefined) forms.set(kind, await load());
  const text = await rules.text();
  return { formOf: (kind) => forms.get(kind), kinds: [...forms.keys()], text, outlineOf, labels: () => new Map() };
}
