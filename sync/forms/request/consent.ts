import { asOptions } from '../../codes/code-list.ts';
import { consentGiven, consentHow } from '../../codes/small-lists.ts';
import type { SectionDefinition, When } from '../define.ts';

const agreed: readonly When[] = [{ field: 'consent_given', is: ['yes'] }];

/** F1.0: what may not be shared, and whether the family knows and agrees. */
export const consent = {
  title: 'Consent',
  fields: {
    consent_limits: {
      type: 'rich-text',
      rule: 'text',
      label: 'Is there anything they do not want shared, or anyone it must not be shared with?',
      hint: 'Ask the parent, carer or guardian, or the young person if they are over 16.',
    },
    consent_given: {
      type: 'radios',
      rule: 'ask',
      options: asOptions(consentGiven),
      label: 'Do they know about this request and agree to it?',
      requiredToSubmit: 'Select whether they know about this request and agree to it',
    },
    consent_by: { type: 'short-text', rule: 'ask', maxLength: 200, label: 'Who agreed?', when: agreed },
    consent_on: { type: 'date', rule: 'ask', notFuture: true, label: 'When did they agree?', when: agreed },
    consent_how: {
      type: 'radios',
      rule: 'ask',
      options: asOptions(consentHow),
      label: 'How did they agree?',
      when: agreed,
    },
  },
} as const satisfies SectionDefinition;
