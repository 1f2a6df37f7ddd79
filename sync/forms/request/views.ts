import type { SectionDefinition, When } from '../define.ts';

const childTookPart: When = { field: 'child_involved', is: ['yes'] };
const parentTookPart: When = { field: 'parent_involved', is: ['yes'] };

/** F1.7: what the child or young person says themselves. */
export const views = {
  title: 'Views',
  guide: 'In their own words, in any language. You can write for them if they ask you to.',
  fields: {
    child_involved: {
      type: 'yes-no',
      rule: 'latest',
      label: 'Did the child or young person take part in the talks that led to this request?',
    },
    working: {
      type: 'rich-text',
      rule: 'text',
      label: 'What is going well for you where you learn?',
      when: [childTookPart],
    },
    not_working: {
      type: 'rich-text',
      rule: 'text',
      label: 'What is not going well, and what might help?',
      when: [childTookPart],
    },
    why_not: {
      type: 'rich-text',
      rule: 'text',
      label: 'Why did the child or young person not take part?',
      when: [{ field: 'child_involved', is: ['no'] }],
    },
  },
} as const satisfies SectionDefinition;

/** The same from the parents or carers, in a section of its own: each has its own writers and its own count. */
export const viewsParent = {
  title: 'Views of the parents or carers',
  within: 'views',
  fields: {
    parent_involved: {
      type: 'yes-no',
      rule: 'latest',
      label: 'Did the parents or carers take part in the talks that led to this request?',
    },
    working: {
      type: 'rich-text',
      rule: 'text',
      label: 'Parents or carers: what is going well for them?',
      when: [parentTookPart],
    },
    not_working: {
      type: 'rich-text',
      rule: 'text',
      label: 'Parents or carers: what is not going well, and what might help?',
      when: [parentTookPart],
    },
    why_not: {
      type: 'rich-text',
      rule: 'text',
      label: 'Why did the parents or carers not take part?',
      when: [{ field: 'parent_involved', is: ['no'] }],
    },
  },
} as const satisfies SectionDefinition;
