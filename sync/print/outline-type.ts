/** A form with its values as headings, answers and paragraphs: what is shown for reading, printed as PDF and kept as snapshot. */
import type { TextTree } from '../model/state.ts';

export type OutlineNode =
  | { readonly kind: 'answer'; readonly label: string; readonly lines: readonly string[] }
  | { readonly kind: 'text'; readonly label: string; readonly tree: TextTree }
  | { readonly kind: 'group'; readonly title: string; readonly nodes: readonly OutlineNode[] }
  | { readonly kind: 'note'; readonly text: string };

export interface OutlineSection {
  readonly key: string;
  readonly title: string;
  readonly nodes: readonly OutlineNode[];
}
export interface Outline {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly sections: readonly OutlineSection[];
}
