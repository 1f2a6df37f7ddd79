/** What the view of a field type is given, and nothing else. */
import type { Component } from 'svelte';
import type { DocumentView } from '#lib/screen/document-view.ts';
import type { FieldDefinition } from '#sync/forms/define.ts';
import { sectionOf, type Holder, type ItemId, type SectionKey } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';

/** Where one field stands in one open document. */
export interface FieldPlace {
  readonly document: DocumentView;
  /** Decides who may see and write it. */
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly name: string;
  readonly field: FieldDefinition;
}

export interface FieldViewProps {
  readonly id: string;
  readonly place: FieldPlace;
  readonly value: Json;
  readonly mayWrite: boolean;
  readonly required: boolean;
  readonly error?: string | undefined;
  readonly warning?: string | undefined;
  /** `typing`: saved at once, then at most every 300 ms. `done`: saved at once. */
  write(value: Json, moment: 'typing' | 'done'): void;
  /** The person has left the field: what waits is saved. */
  leave(): void;
}

export interface FieldViewModule {
  readonly default: Component<FieldViewProps>;
  /** The view draws reading, history and conflicts by itself, because its words are not one value. */
  readonly drawsItself?: boolean;
}

/** The id of a field's control on the screen. */
export const controlId = (holder: Holder, name: string): string => `field-${holder}-${name}`;

/** The section of a field that an item holds: its own one an item, where the form says so. */
export const sectionInItem = (field: FieldDefinition, itemSection: SectionKey, item: ItemId): SectionKey =>
  field.section === undefined ? itemSection : sectionOf(field.section, item);
export const sectionInSection = (field: FieldDefinition, section: SectionKey): SectionKey =>
  field.section === undefined ? section : sectionOf(field.section);
