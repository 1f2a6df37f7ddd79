import { date } from './date.ts';
import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Where documents are added. Attachments have a road of their own (in parts, resumable), so the field has no value. */
export const files: FieldType = {
  name: 'files',
  accepts: () => false,
  problems: () => [],
  isEmpty: () => true,
  same: sameJson,
  print: () => [],
  printFiles: (added, field, labels) =>
    added.map(({ name, category, datedOn }) => {
      const what = labels(String(field.categories ?? 'document-categories')).get(category) ?? category;
      const dated = datedOn === undefined ? [] : date.print(datedOn, field, labels);
      return `${name} (${[what, ...dated].join(', ')})`;
    }),
  generate: () => null,
};
