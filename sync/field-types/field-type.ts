/** What a type of field knows. How it is edited stands in its view, `src/lib/forms/fields/`. */
import type { FieldDefinition } from '../forms/define.ts';
import type { Json } from '../model/edit.ts';

export interface Problem {
  /** An error stops submission; a warning is only said. Neither stops saving. */
  readonly level: 'error' | 'warning';
  readonly text: string;
}

export interface FieldType {
  readonly name: string;
  /** Files are added here; they travel by a road of their own and are printed as these lines. */
  printFiles?(files: readonly PrintedFile[], field: FieldDefinition, labels: Labels): readonly string[];
  /** Is this a value that the field can hold at all? Anything else is refused at the door (`invalid-value`). null is always «no answer». */
  accepts(value: Json, field: FieldDefinition): boolean;
  /** What a person should be told about a value that can be saved. */
  problems(value: Json, field: FieldDefinition, today: string): readonly Problem[];
  isEmpty(value: Json): boolean;
  same(a: Json, b: Json): boolean;
  /** The value as lines of plain text, for reading, comparing and print. */
  print(value: Json, field: FieldDefinition, labels: Labels): readonly string[];
  /** A random value for tests. `pick(n)` gives an integer from 0 to n − 1. */
  generate(field: FieldDefinition, pick: (below: number) => number): Json;
}

/** As much of a file as a print says of it. */
export interface PrintedFile {
  readonly name: string;
  readonly category: string;
  readonly datedOn?: string;
}

/** Labels of a code list, loaded when wanted: key → label. */
export type Labels = (list: string) => ReadonlyMap<string, string>;
