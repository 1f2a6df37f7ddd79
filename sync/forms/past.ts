/**
 * What a form was in its earlier versions, and what becomes of an answer that was given to one of them. The definitions
 * stay, because what was sent is read and printed as it was sent; an upgrade is the one place where a form has functions.
 */
import type { Json } from '../model/edit.ts';
import type { FormDefinition } from './define.ts';

/** How an answer reads in the next version. It is never asked about the lack of one, which stays a lack. */
export type Reading = (value: Json) => Json;
export const asItWas: Reading = (value) => value;

/**
 * From one version to the next: by `section.field` or, inside a list, `list.field`, what the field becomes, one or several,
 * in the same section or entry. Whatever is not named stays as it is, and nothing becomes nothing: a question that is asked
 * no more keeps its field. Sections and lists keep their names, so every address below them stands; a text, and a list,
 * becomes one field, as it was.
 */
export type Upgrade = Readonly<Record<string, Readonly<Record<string, Reading>>>>;

export interface FormPast {
  /** By version, from the first on; the newest stands in the table of forms. */
  readonly definitions: readonly FormDefinition[];
  /** From each of them to the next. */
  readonly upgrades: readonly Upgrade[];
}

/** The table of pasts: a line for each form that has changed since it was first released. */
export const formPasts: Readonly<Record<string, (() => Promise<FormPast>) | undefined>> = {};

/** A field in a later version, and how a value of it is read there. */
export type Became = readonly [field: string, read: Reading];

/** `place` is the declared section or the list that holds the field. */
export function becameOf(
  { upgrades }: FormPast,
  place: string,
  field: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Became[] {
  return upgrades
    .slice(from - 1, to - 1)
    .reduce<readonly Became[]>(
      (became, upgrade) => became.flatMap((one) => next(upgrade[`${place}.${one[0]}`], one)),
      [[field, asItWas]],
    );
}

function next(named: Upgrade[string] | undefined, [field, read]: Became): readonly Became[] {
  if (named === undefined) return [[field, read]];
  return Object.entries(named).map(([later, then]): Became => [
    later,
    (value) => {
      const before = read(value);
      return before === null ? null : then(before);
    },
  ]);
}
