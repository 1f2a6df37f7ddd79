/**
 * `arriving`: announced, and perhaps partly here. `received`: all of it is here and being checked. `ready`: it passed
 * what this release checks. `refused`: it did not, with a reason.
 */
export const attachmentStates = ['arriving', 'received', 'ready', 'refused'] as const;
export type AttachmentState = (typeof attachmentStates)[number];
