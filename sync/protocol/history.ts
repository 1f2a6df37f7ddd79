/** Earlier answers to one question, for whoever may write there. They are asked for when wanted, and never kept on a device. */
import * as z from 'zod/mini';
import type { Json } from '../model/edit.ts';
import type { DocumentId } from '../model/ids.ts';
import type { TextTree } from '../model/state.ts';
import type { By } from './changes.ts';
import { holder, id } from './shapes.ts';

export const historyAsked = z.object({
  doc: id<DocumentId>(),
  holder,
  field: z.string().check(z.minLength(1), z.maxLength(80)),
});

/** Newest first. A value, or of a text its tree as it stood. */
export interface EarlierAnswer {
  readonly value?: Json;
  readonly tree?: TextTree;
  readonly by: By;
  readonly at: number;
  /** The edit that wrote it, or the name of a kept version of a text. */
  readonly edit: string;
}
