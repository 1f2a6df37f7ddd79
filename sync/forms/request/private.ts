import type { Part } from '../define.ts';

/**
 * Who does not see what was marked private: other family accounts (also in the plan, in print and in letters), and
 * settings and advisers, who read a request without contacts and addresses marked private. The authority always does,
 * and so does the person who marked it.
 */
export const privateFromOthers: readonly Part[] = ['family', 'setting', 'adviser'];
