import { asOptions } from '../../codes/code-list.ts';
import { contactBy } from '../../codes/small-lists.ts';
import type { SectionDefinition } from '../define.ts';
import { privateFromOthers } from './private.ts';

/** F1.3: family and professionals, as many as there are. */
export const contacts = {
  title: 'Family and professionals',
  guide: 'List everyone in the family, and every professional, who matters to this request.',
  fields: {
    contacts: {
      type: 'items',
      label: 'Contacts',
      itemName: 'contact',
      rule: 'items',
      maxItems: 200,
      isOrdered: true,
      fields: {
        full_name: { type: 'short-text', label: 'Full name', rule: 'ask', maxLength: 200 },
        relationship: { type: 'short-text', label: 'Relationship or role', rule: 'latest', maxLength: 200 },
        role_code: {
          type: 'choice',
          label: 'Which of these fits best?',
          rule: 'latest',
          list: 'contact-roles',
          hint: 'If none does, choose “Other” and say what they are under “Relationship or role”.',
        },
        organisation: { type: 'short-text', label: 'Organisation, if any', rule: 'latest', maxLength: 200 },
        preferred_language: { type: 'choice', label: 'Preferred language', rule: 'latest', list: 'languages' },
        has_parental_responsibility: { type: 'yes-no', label: 'Do they have parental responsibility?', rule: 'ask' },
        telephone: { type: 'phone', label: 'Telephone', rule: 'latest', section: 'contact-private' },
        email: { type: 'email', label: 'Email address', rule: 'latest', section: 'contact-private' },
        address: { type: 'address', label: 'Address', rule: 'ask', section: 'contact-private' },
        lives_with: {
          type: 'yes-no',
          label: 'Does the child or young person live with them?',
          rule: 'ask',
          section: 'contact-private',
        },
        keep_address_private: {
          type: 'yes-no',
          label: 'Keep their address and contact details private?',
          rule: 'ask',
          section: 'contact-private',
          hint: 'Other members of the family will then not see them; you, the school and the local authority will. If the child or young person lives there, their address is kept private too.',
        },
        contact_by: {
          type: 'checkboxes',
          label: 'How can they be contacted?',
          rule: 'latest',
          options: asOptions(contactBy),
        },
        invite_to_hub: {
          type: 'yes-no',
          label: 'Should they be invited to the Hub?',
          rule: 'latest',
          hint: 'The local authority decides who is invited.',
        },
      },
    },
  },
} as const satisfies SectionDefinition;

/** Where a contact can be found, one section each: the wish to keep it private is in it, so nobody hidden from it can undo it. */
export const contactPrivate = {
  title: 'Where this contact can be found',
  within: 'contacts',
  hiddenFrom: { ...privateFromOthers, when: { field: 'keep_address_private', is: ['yes'] } },
  fields: {},
} as const satisfies SectionDefinition;
