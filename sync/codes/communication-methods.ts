import { codes, type CodeList } from './code-list.ts';

/** Ways to be understood that are not languages: asked beside the language, never instead of it. */
export const communicationMethods: CodeList = {
  name: 'communication-methods',
  codes: codes([
    ['makaton', 'Makaton'],
    ['sign-supported-english', 'Sign Supported English'],
    ['pictures-symbols', 'Pictures or symbols, like PECS'],
    ['non-verbal', 'Without words, like gestures, sounds or eye pointing'],
  ]),
};
