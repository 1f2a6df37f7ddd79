/** Code lists, loaded when something first asks for one; whatever reads a label is drawn again when its list has come. */
import { SvelteMap } from 'svelte/reactivity';
import { codeLists, labelsOf, offeredOn, type CodeList } from '#sync/codes/index.ts';
import type { Labels } from '#sync/field-types/field-type.ts';
import { isItems, type Fields, type FormDefinition } from '#sync/forms/define.ts';

const lists = new SvelteMap<string, CodeList>();
const loading = new Map<string, Promise<void>>();
const labelsByList = new Map<string, ReadonlyMap<string, string>>();
const none: ReadonlyMap<string, string> = new Map();

/** Key → label; empty until the list is there. */
export const labels: Labels = (name) => {
  const list = lists.get(name);
  if (list === undefined) {
    void load(name);
    return none;
  }
  const known = labelsByList.get(name) ?? labelsOf(list);
  labelsByList.set(name, known);
  return known;
};

/** What can be chosen today, and what was chosen before even if it is offered no longer. Undefined until the list is there. */
export function offered(name: string, today: string, chosen: string | null): ReadonlyMap<string, string> | undefined {
  const list = lists.get(name);
  if (list === undefined) {
    void load(name);
    return codeLists[name] === undefined ? none : undefined;
  }
  const entries = new Map(offeredOn(list, today).map((code) => [code.key, code.label]));
  if (chosen !== null && !entries.has(chosen)) entries.set(chosen, labels(name).get(chosen) ?? chosen);
  return entries;
}

/** A list that no code holds: the authority's own, which comes with the account. Undefined when nobody is here. */
export function giveList(name: string, list: CodeList | undefined): void {
  labelsByList.delete(name);
  if (list === undefined) lists.delete(name);
  else lists.set(name, list);
}

/** Every list that a form names, so that a print of it has no bare key. */
export async function loadListsOf(form: FormDefinition): Promise<void> {
  const names = new Set<string>();
  const visit = (fields: Fields): void => {
    for (const field of Object.values(fields)) {
      for (const list of [field.list, field.categories]) if (typeof list === 'string') names.add(list);
      if (isItems(field)) visit(field.fields);
    }
  };
  for (const section of Object.values(form.sections)) visit(section.fields);
  await Promise.all([...names].map((name) => load(name)));
}

async function load(name: string): Promise<void> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const fetched = (async () => {
    const list = await codeLists[name]?.();
    if (list !== undefined) lists.set(name, list);
  })();
  loading.set(name, fetched);
  try {
    await fetched;
  } catch {
    // Without a connection a list that was never fetched is missing; the next who asks tries again.
    loading.delete(name);
  }
}
