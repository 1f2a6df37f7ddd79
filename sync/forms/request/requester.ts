import { asOptions } from '../../codes/code-list.ts';
import { contactBy, firstRequest } from '../../codes/small-lists.ts';
import type { SectionDefinition, When } from '../define.ts';
import { privateFromOthers } from './private.ts';

/** A young person who asks for themselves is named in the next section; here only the way to reach them is asked. */
const answered: readonly When[] = [{ field: 'requester.by_young_person', is: ['yes', 'no'] }];
const bySomeoneElse: readonly When[] = [{ field: 'requester.by_young_person', is: ['no'] }];

/** F1.1: who asks for the assessment. */
export const requester = {
  title: 'Person making the request',
  fields: {
    by_young_person: {
      type: 'yes-no',
      rule: 'ask',
      label: 'Is the young person making this request themselves?',
      hint: 'They can if they are over 16.',
      requiredToSubmit: 'Select yes if the young person is making this request themselves',
    },
    req_name: {
      type: 'short-text',
      rule: 'ask',
      maxLength: 200,
      label: 'Your name',
      defaultsTo: { account: 'name' },
      when: bySomeoneElse,
      requiredToSubmit: 'Enter your name',
    },
    req_relationship: {
      type: 'short-text',
      rule: 'latest',
      maxLength: 200,
      label: 'How do you know the child or young person?',
      when: bySomeoneElse,
      hint: 'For example, mother, foster carer, SENCO or health visitor.',
      requiredToSubmit: 'Enter how you know the child or young person',
    },
    req_email: {
      type: 'email',
      rule: 'ask',
      label: 'Your email address',
      defaultsTo: { account: 'email' },
      when: answered,
      hint: 'We will confirm this request to this address.',
      requiredToSubmit: 'Enter your email address',
    },
    req_phone: {
      type: 'phone',
      rule: 'latest',
      label: 'Your telephone number',
      defaultsTo: { account: 'telephone' },
      when: answered,
      requiredToSubmit: 'Enter your telephone number',
    },
    req_org: {
      type: 'short-text',
      rule: 'latest',
      maxLength: 200,
      label: 'Your organisation, if any',
      when: bySomeoneElse,
    },
    req_role: {
      type: 'short-text',
      rule: 'latest',
      maxLength: 200,
      label: 'Your job title, if any',
      when: bySomeoneElse,
    },
    req_lang_spoken: {
      type: 'choice',
      rule: 'latest',
      list: 'languages',
      label: 'Your preferred spoken language',
      when: bySomeoneElse,
    },
    req_lang_written: {
      type: 'choice',
      rule: 'latest',
      list: 'languages',
      label: 'Your preferred written language',
      when: bySomeoneElse,
      hint: 'The same as the spoken one, unless you choose another.',
      defaultsTo: { field: 'req_lang_spoken' },
    },
    req_contact_by: {
      type: 'checkboxes',
      rule: 'latest',
      options: asOptions(contactBy),
      label: 'How can we contact you?',
      when: bySomeoneElse,
    },
    first_request: {
      type: 'radios',
      rule: 'latest',
      options: asOptions(firstRequest),
      when: bySomeoneElse,
      label: 'Is this the first request for this child or young person?',
    },
    prev_request_on: {
      type: 'date',
      rule: 'latest',
      notFuture: true,
      label: 'Date of the earlier request, if you know it',
      when: [...bySomeoneElse, { field: 'first_request', is: ['no'] }],
    },
    on_behalf_of_setting: {
      type: 'setting-picker',
      rule: 'latest',
      when: bySomeoneElse,
      label: 'Are you asking on behalf of a school or other setting?',
      hint: 'Start typing its name. Leave this blank if you are not.',
    },
  },
} as const satisfies SectionDefinition;

/** The requester's address in a section of its own: a parent may have to keep it from the other parent. */
export const requesterAddress = {
  title: 'Address of the person making the request',
  within: 'requester',
  hiddenFrom: { ...privateFromOthers, when: { field: 'req_address_private', is: ['yes'] } },
  fields: {
    req_address: { type: 'address', rule: 'ask', label: 'Your address', when: bySomeoneElse },
    req_address_private: {
      type: 'yes-no',
      rule: 'ask',
      label: 'Keep your address private?',
      when: bySomeoneElse,
      hint: 'Other members of the family will then not see it; you, the school and the local authority will.',
    },
  },
} as const satisfies SectionDefinition;
