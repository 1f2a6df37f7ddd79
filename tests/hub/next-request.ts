/** A later version of the small request: questions have other names, one has become two, an option is called differently. */
import type { FormDefinition } from '#sync/forms/define.ts';
import { asItWas, type Upgrade } from '#sync/forms/past.ts';
import { smallRequest } from './small-request.ts';

const { child, contacts, 'contact-private': contactPrivate, views } = smallRequest.sections;
const { preferred_name: preferredName, ...childFields } = child.fields;
const { full_name: fullName, keep_private: keepPrivate, ...contactFields } = contacts.fields.contacts.fields;

export const nextRequest: FormDefinition = {
  ...smallRequest,
  version: 2,
  sections: {
    ...smallRequest.sections,
    child: { ...child, fields: { ...childFields, known_as: preferredName } },
    contacts: {
      ...contacts,
      fields: {
        contacts: {
          ...contacts.fields.contacts,
          fields: { ...contactFields, given_name: fullName, family_name: fullName, hides_address: keepPrivate },
        },
      },
    },
    'contact-private': {
      ...contactPrivate,
      hiddenFrom: { ...contactPrivate.hiddenFrom, when: { field: 'hides_address', is: ['hide'] } },
    },
    views: { ...views, fields: { going_well: views.fields.working } },
  },
};

export const toNextRequest: Upgrade = {
  'child.preferred_name': { known_as: asItWas },
  'contacts.full_name': {
    given_name: (name) => String(name).split(' ')[0] ?? null,
    family_name: (name) => String(name).split(' ').slice(1).join(' ') || null,
  },
  'contacts.keep_private': { hides_address: (answer) => (answer === 'yes' ? 'hide' : 'show') },
  'views.working': { going_well: asItWas },
};
