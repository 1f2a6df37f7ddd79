import type { SectionDefinition, When } from '../define.ts';

/** F1.8: the four areas of special educational need, SEND Code of Practice 2015, 6.28 to 6.35. */
export const needs = {
  title: 'Identified special educational needs',
  guide:
    'For each area, say whether the child or young person has a need. If the local authority decides to assess, what is written here starts the advice of the person making the request.',
  fields: {},
} as const satisfies SectionDefinition;

/** One area; every area asks the same. `inWords` goes on after «in», so that each question can be told from its twins. */
const area = (title: string, inWords: string) => {
  const isNeed: When = { field: 'is_need', is: ['yes'] };
  const box = (label: string, requiredToSubmit: string) =>
    ({
      type: 'rich-text',
      rule: 'text',
      label: `${label} in ${inWords}`,
      requiredToSubmit: `${requiredToSubmit} in ${inWords}`,
      when: [isNeed],
    }) as const;
  return {
    title,
    within: 'needs',
    fields: {
      is_need: { type: 'yes-no', rule: 'ask', label: `Is ${inWords} an area of need?` },
      strengths: box('Strengths', 'Enter their strengths'),
      needs: box('Special educational needs', 'Enter their special educational needs'),
      done_so_far: box('What the setting has already put in place', 'Enter what the setting has already put in place'),
      has_outcomes: {
        type: 'yes-no',
        rule: 'latest',
        label: `Do you expect any outcomes in ${inWords}?`,
        when: [isNeed],
      },
      outcomes: {
        type: 'items',
        label: `Outcomes in ${inWords}`,
        itemName: 'outcome',
        rule: 'items',
        maxItems: 200,
        isOrdered: true,
        when: [isNeed, { field: 'has_outcomes', is: ['yes'] }],
        fields: {
          outcome: {
            type: 'rich-text',
            rule: 'text',
            label: 'Outcome',
            hint: 'Specific, measurable, achievable, relevant and with a time to reach it. Say if it is about education or training.',
          },
          support: { type: 'rich-text', rule: 'text', label: 'What support might help' },
        },
      },
    },
  } as const satisfies SectionDefinition;
};

export const needsCommunication = area('Communication and interaction', 'communication and interaction');
export const needsCognition = area('Cognition and learning', 'cognition and learning');
export const needsSemh = area('Social, emotional and mental health', 'social, emotional and mental health');
export const needsSensory = area('Sensory and/or physical needs', 'sensory or physical development');
