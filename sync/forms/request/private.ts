import type { Part } from '../define.ts';

/**
 * Who does not see what was marked private: other family accounts, in the plan, in print and in letters too, whoever
 * started the request; and advisers, who read a request without contacts and addresses marked private, but not in a
 * request of their own. Settings and the authority do, and so does the person who marked it.
 */
export const privateFromOthers = {
  parts: ['family'],
  partsUnlessStarted: ['adviser'],
} as const satisfies Readonly<Record<string, readonly Part[]>>;
