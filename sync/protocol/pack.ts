/**
 * How a frame travels: by column instead of by row. What is the same in every row is said once, people are named once,
 * instants are told by their distance, and a text's state goes byte by byte as letters, so that what it shares with its
 * tree packs away. Nothing is added and nothing left out: unpacked it is the frame again, its changes ordered by kind.
 */
import { base64OfBytes, bytesOfBase64 } from '../model/base64.ts';
import type { Json } from '../model/edit.ts';
import type { By, Change, Frame } from './changes.ts';
import { unpackListed } from './listed.ts';

/** As it came over the line: devices of the first version are told row by row. */
export type WireFrame = Frame | PackedFrame;
export interface PackedFrame extends Omit<Frame, 'changes'> {
  readonly people: readonly By[];
  readonly packed: readonly PackedChanges[];
}
/** A kind of change, how many there are, and their columns by name. */
export type PackedChanges = readonly [t: Change['t'], count: number, columns: Readonly<Record<string, Column>>];
export type Column =
  /** One a row. */
  | readonly Json[]
  /** The same in every row. */
  | { readonly all: Json }
  /** Whole numbers: the first, and from each to the next. */
  | { readonly steps: readonly number[] }
  /** In some rows only. */
  | { readonly rows: readonly number[]; readonly values: readonly Json[] };

/** Whether a device of this protocol version is told so. */
export const isPacked = (version: number): boolean => version >= 2;

type Row = Record<string, Json>;

export function packFrame({ changes, ...rest }: Frame): PackedFrame {
  const people = new Map<string, { readonly by: By; readonly index: number }>();
  const indexOf = (by: By): number => {
    const key = `${by.id} ${by.role} ${by.name}`;
    const known = people.get(key) ?? { by, index: people.size };
    people.set(key, known);
    return known.index;
  };
  const kinds = new Map<Change['t'], Row[]>();
  for (const { t, ...row } of changes) {
    const rows = kinds.get(t);
    if (rows === undefined) kinds.set(t, [row as unknown as Row]);
    else rows.push(row as unknown as Row);
  }
  const packed = [...kinds].map(([t, rows]): PackedChanges => {
    const columns: Record<string, Column> = {};
    for (const name of new Set(rows.flatMap((row) => Object.keys(row)))) {
      const held = rows.map((row) => row[name]);
      columns[name] = columnOf(
        isPerson(name)
          ? held.map((by) => by && indexOf(by as unknown as By))
          : isBytes(t, name)
            ? held.map((state) => state && lettersOf(state as string))
            : held,
      );
    }
    return [t, rows.length, columns];
  });
  return { ...rest, people: [...people.values()].map(({ by }) => by), packed };
}

export function unpackFrame({ people, packed, ...rest }: PackedFrame): Frame {
  const changes = packed.flatMap(([t, count, columns]) => {
    const rows = Array.from({ length: count }, (): Row => ({ t }));
    for (const [name, column] of Object.entries(columns))
      for (const [at, value] of valuesOf(column, count)) {
        const row = rows[at];
        if (row === undefined) continue;
        row[name] = isPerson(name)
          ? (people[value as number] as unknown as Json)
          : isBytes(t, name)
            ? bytesOfLetters(value as string)
            : value;
      }
    return rows as unknown as Change[];
  });
  return withListed({ ...rest, changes });
}

/** Lines that came by page stand before what changed, and are in the manifest like all others. */
export function withListed({ listed, ...frame }: Frame): Frame {
  if (listed === undefined) return frame;
  const lines = unpackListed(listed);
  const manifest = frame.manifest && [...lines.map(({ doc }) => ({ doc, sections: {} })), ...frame.manifest];
  return { ...frame, changes: [...lines, ...frame.changes], ...(manifest !== undefined && { manifest }) };
}

const isPerson = (name: string): boolean => name === 'by' || name === 'starter';
const isBytes = (t: Change['t'], name: string): boolean => t === 'text' && name === 'state';

function columnOf(held: readonly (Json | undefined)[]): Column {
  const values = held.filter((value) => value !== undefined);
  if (values.length < held.length) return { rows: [...held.keys()].filter((at) => held[at] !== undefined), values };
  const [first] = values;
  if (
    first !== undefined &&
    values.length > 1 &&
    (first === null || typeof first !== 'object') &&
    values.every((value) => value === first)
  )
    return { all: first };
  if (values.every((value) => Number.isSafeInteger(value) && (value as number) > manyDigits))
    return { steps: values.map((value, at) => (value as number) - (at === 0 ? 0 : (values[at - 1] as number))) };
  return values;
}
/** Instants: of smaller numbers the steps are no shorter. */
const manyDigits = 1e9;

function* valuesOf(column: Column, count: number): Generator<readonly [number, Json]> {
  if ('all' in column) for (let at = 0; at < count; at += 1) yield [at, column.all];
  else if ('steps' in column) {
    let value = 0;
    for (const [at, step] of column.steps.entries()) yield [at, (value += step)];
  } else if ('rows' in column)
    for (const [index, at] of column.rows.entries()) yield [at, column.values[index] ?? null];
  else yield* column.entries();
}

function lettersOf(base64: string): string {
  const bytes = bytesOfBase64(base64) ?? new Uint8Array();
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return letters;
}
const bytesOfLetters = (letters: string): string =>
  base64OfBytes(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
