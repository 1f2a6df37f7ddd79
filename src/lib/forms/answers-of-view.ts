/** An open document as the answers that conditions and checks read. */
import type { DocumentView } from '#lib/screen/document-view.ts';
import type { Answers } from '#sync/forms/answers.ts';

export const answersOf = (document: Pick<DocumentView, 'value' | 'text' | 'items'>): Answers => ({
  value: (holder, field) => document.value(holder, field).value,
  text: (holder, field) => document.text(holder, field).tree,
  conflict: (holder, field) => document.value(holder, field).conflict?.id,
  items: (holder, list) => document.items(holder, list).map((item) => item.id),
});
