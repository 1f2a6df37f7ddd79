/**
 * A form is declared once, as data: values, never functions, so that a definition can be stored, compared and read by
 * a lawyer. From it come the screen, the validation on both sides, the permission rows, the print and the test data.
 */
import type { Json } from '../model/edit.ts';
import type { RuleName } from '../rules/names.ts';

/** A part that people play in a form. A section names parts, never roles, so a new role touches no form. */
export type Part = 'family' | 'setting' | 'adviser' | 'authority';

/** Shown only when another answer is one of these. `field` is a neighbour in the same holder, or `section.field`. */
export interface When {
  readonly field: string;
  readonly is: readonly Json[];
}

/**
 * What stands where nobody has answered yet: a fixed value, what a neighbour in the same holder says, or what the
 * account of the person who writes says. The first two are only read; the last becomes an answer when it is taken over.
 */
export type Default =
  { readonly value: Json } | { readonly field: string } | { readonly account: 'name' | 'email' | 'telephone' };

/**
 * A section that people who play only these parts do not see while the wish stands, unless the wish is their own.
 * `when` is the wish, a field of the section or of its item; `orAnyItem`, one item at least of that list, removed ones too, in
 * which all hold, the first being the wish.
 */
export interface HiddenFrom {
  readonly parts: readonly Part[];
  /** Parts to whom it is hidden in other people's documents, but not in one that they started themselves. */
  readonly partsUnlessStarted?: readonly Part[];
  readonly when: When;
  /** `list` is the name of the items' list, wherever it is held. */
  readonly orAnyItem?: { readonly list: string; readonly when: readonly When[] };
}

export interface FieldDefinition {
  readonly type: string;
  readonly label: string;
  readonly hint?: string;
  readonly rule: RuleName;
  /** The sentence shown when it is missing at submission. */
  readonly requiredToSubmit?: string;
  /** All must hold for the field to be asked, required and printed. */
  readonly when?: readonly When[];
  readonly defaultsTo?: Default;
  readonly print?: 'omit';
  /** The field lives in a section of its own, one an item: who may see it differs from its neighbours. */
  readonly section?: string;
  readonly carriesTo?: readonly string[];
  /** What only this type of field knows: options, limits, the fields of an item. */
  readonly [detail: string]: unknown;
}
export type Fields = Readonly<Record<string, FieldDefinition>>;

export interface SectionDefinition {
  readonly title: string;
  readonly guide?: string;
  /** Who writes it besides the starter's own rights; undefined: whoever may write the document. */
  readonly writtenBy?: readonly Part[];
  /** Who may see it; undefined: whoever may see the document. */
  readonly seenBy?: readonly Part[];
  readonly hiddenFrom?: HiddenFrom;
  /** The section is drawn inside this one (private or officers' parts of it), not as one of its own. */
  readonly within?: string;
  readonly fields: Fields;
}

/** People who are spoken to, where a school would speak of them. */
export type Addressee = 'family' | 'young-person';
/** Other words for a section or a question; what is left out stays as it is. */
export interface Said {
  readonly title?: string;
  readonly guide?: string;
  readonly label?: string;
  readonly hint?: string;
  readonly requiredToSubmit?: string;
  /** By the value of the option. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface FormDefinition {
  readonly kind: string;
  readonly title: string;
  readonly version: number;
  /** By section, `section.field` or, inside a list, `list.field`. */
  readonly saidTo?: Readonly<Record<Addressee, Readonly<Record<string, Said>>>>;
  readonly sections: Readonly<Record<string, SectionDefinition>>;
}

export const defineForm = <const Form extends FormDefinition>(form: Form): Form => form;

/** A list of items: its `fields` are held by each item. */
export interface ItemsDefinition extends FieldDefinition {
  readonly type: 'items';
  readonly itemName: string;
  readonly maxItems: number;
  /** People read something from the order of the entries, so they can change it. */
  readonly isOrdered?: true;
  readonly fields: Fields;
}
export const isItems = (field: FieldDefinition): field is ItemsDefinition => field.type === 'items';
