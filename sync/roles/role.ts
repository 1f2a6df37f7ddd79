/** What a role is: rows that say what its people may do, and the parts they play in forms. Nothing else is allowed. */
import type { Addressee, Part } from '../forms/define.ts';
import type { Verb } from './verbs.ts';

/** How a document concerns this person. */
export type Whose = 'started' | 'shared-edit' | 'shared-view' | 'other';

export interface RoleRow {
  readonly on: string;
  readonly whose: Whose;
  readonly while: readonly string[];
  readonly may: readonly Verb[];
}
export interface Role {
  readonly name: string;
  /** As people read it beside a name. */
  readonly title: string;
  readonly plays: readonly Part[];
  /** Forms speak to these people; left out, they speak of the family as others do. */
  readonly spokenToAs?: Addressee;
  readonly rows: readonly RoleRow[];
  /** Kinds of document that people in this role may start. */
  readonly starts: readonly string[];
}
export const defineRole = <const R extends Role>(role: R): R => role;
