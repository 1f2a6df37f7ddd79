import { codes, type CodeList } from './code-list.ts';

/**
 * Why there is neither a UPN nor a ULN, for the SEN2 return. The Department's own codes (`UN…`) are not here: they are
 * entered as `dfe` from its specification before the return is built, and what was answered until then keeps its key.
 */
export const upnUnknown: CodeList = {
  name: 'upn-unknown',
  codes: codes([
    ['too-young', 'Too young to have been given one'],
    ['never-state-funded', 'Has never been at a state-funded school or college in England'],
    ['outside-england', 'Is educated outside England'],
    ['new-to-area', 'Has just come to the area, and it is not known yet'],
    ['no-match', 'Records disagree, so it cannot be told which is right'],
    ['ended-before-known', 'The request ended before it was known'],
  ]),
};
