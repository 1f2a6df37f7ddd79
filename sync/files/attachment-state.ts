/**
 * `arriving`: announced, and perhaps partly here. `received`: all of it is here and being checked. `ready`: it passed
 * what this release checks. `refused`: it did not, with a reason. `held`: this release cannot look into it, so it is
 * kept and handed to nobody until one can.
 */
export const attachmentStates = ['arriving', 'received', 'ready', 'held', 'refused'] as const;
export type AttachmentState = (typeof attachmentStates)[number];
