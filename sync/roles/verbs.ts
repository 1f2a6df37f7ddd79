/** What a person can do with a document as a whole, or with one of its sections. */
export const verbs = [
  'see',
  'write',
  'submit',
  'share',
  'unshare',
  'delete',
  'restore',
  'download',
  'upload',
  'start',
  'see-openings',
] as const;
export type Verb = (typeof verbs)[number];
