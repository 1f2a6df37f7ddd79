import { defineForm } from '#sync/forms/define.ts';

/** A little of the real request, with each conflict rule in it: these tests do not change when the real one grows. */
export const smallRequest = defineForm({
  kind: 'request',
  title: 'Request',
  version: 1,
  sections: {
    child: {
      title: 'Child',
      fields: {
        first_name: {
          type: 'short-text',
          label: 'First name',
          rule: 'ask',
          requiredToSubmit: 'Enter their first name',
        },
        last_name: { type: 'short-text', label: 'Last name', rule: 'ask', requiredToSubmit: 'Enter their last name' },
        preferred_name: { type: 'short-text', label: 'Preferred name', rule: 'latest' },
        dob: { type: 'date', label: 'Date of birth', rule: 'ask', requiredToSubmit: 'Enter their date of birth' },
      },
    },
    contacts: {
      title: 'Contacts',
      fields: {
        contacts: {
          type: 'items',
          label: 'Contacts',
          itemName: 'contact',
          rule: 'items',
          maxItems: 200,
          fields: {
            full_name: { type: 'short-text', label: 'Full name', rule: 'ask' },
            keep_private: { type: 'short-text', label: 'Keep the address private?', rule: 'latest' },
            address: { type: 'short-text', label: 'Private address', rule: 'ask', section: 'contact-private' },
          },
        },
      },
    },
    'contact-private': {
      title: 'Private',
      within: 'contacts',
      fields: {},
      hiddenFrom: { parts: ['family', 'setting', 'adviser'], when: { field: 'keep_private', is: ['yes'] } },
    },
    officers: {
      title: 'For officers',
      seenBy: ['authority'],
      fields: { note: { type: 'short-text', label: 'Note', rule: 'latest' } },
    },
    views: { title: 'Views', fields: { working: { type: 'rich-text', label: 'What is going well?', rule: 'text' } } },
  },
});
