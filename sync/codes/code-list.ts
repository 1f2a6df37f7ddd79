/**
 * A list of coded values: what is stored is the key, what people read is the label. A value that was used is never
 * deleted: it gets a last day, or stops being offered, and its label stays for the records that hold it.
 */
export interface Code {
  readonly key: string;
  readonly label: string;
  readonly group?: string;
  /** What the DfE calls it, where that is not the key. */
  readonly dfe?: string;
  /** First and last day on which it can be chosen, yyyy-mm-dd. */
  readonly from?: string;
  readonly to?: string;
  /** Kept for old or imported records, or for an authority that wants it; not offered unless an authority says so. */
  readonly offered?: false;
}

export interface CodeList {
  readonly name: string;
  /** In the order in which they are offered. */
  readonly codes: readonly Code[];
  /** Offered before all others, in this order. */
  readonly pinned?: readonly string[];
}

/** Every key that a record may hold, with its label: for reading and print. */
export const labelsOf = (list: CodeList): ReadonlyMap<string, string> =>
  new Map(list.codes.map((code) => [code.key, code.label]));

/** What can be chosen on a day, in the order in which it is offered. */
export function offeredOn(list: CodeList, today: string): readonly Code[] {
  const open = list.codes.filter(
    ({ offered, from, to }) =>
      offered !== false && (from === undefined || from <= today) && (to === undefined || today <= to),
  );
  const pinned = (list.pinned ?? []).flatMap((key) => open.filter((code) => code.key === key));
  return [...pinned, ...open.filter((code) => !pinned.includes(code))];
}

/** A short list as the options of radios or checkboxes, so that its labels are written once. */
export const asOptions = (list: CodeList): readonly { readonly value: string; readonly label: string }[] =>
  list.codes.filter((code) => code.offered !== false).map(({ key, label }) => ({ value: key, label }));

/** Codes from pairs of key and label, with what they have in common. */
export const codes = (
  pairs: readonly (readonly [key: string, label: string])[],
  shared: Omit<Code, 'key' | 'label'> = {},
): readonly Code[] => pairs.map(([key, label]) => ({ key, label, ...shared }));
