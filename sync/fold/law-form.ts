/** A small form with every conflict rule in it, for the tests of the fold and for the simulation. */
import { defineForm } from '../forms/define.ts';

export const lawForm = defineForm({
  kind: 'law',
  title: 'Every rule',
  version: 1,
  sections: {
    facts: {
      title: 'Facts',
      fields: {
        born: { type: 'date', label: 'Date of birth', rule: 'ask' },
        name: { type: 'short-text', label: 'Name', rule: 'ask' },
        known_as: { type: 'short-text', label: 'Known as', rule: 'latest' },
        colour: { type: 'short-text', label: 'Colour', rule: 'latest' },
        story: { type: 'rich-text', label: 'Story', rule: 'text' },
      },
    },
    people: {
      title: 'People',
      fields: {
        people: {
          type: 'items',
          label: 'People',
          itemName: 'person',
          rule: 'items',
          maxItems: 50,
          fields: {
            name: { type: 'short-text', label: 'Name', rule: 'ask' },
            phone: { type: 'phone', label: 'Telephone', rule: 'latest' },
            about: { type: 'rich-text', label: 'About', rule: 'text' },
            steps: {
              type: 'items',
              label: 'Steps',
              itemName: 'step',
              rule: 'items',
              maxItems: 50,
              fields: { step: { type: 'short-text', label: 'Step', rule: 'latest' } },
            },
          },
        },
      },
    },
    notes: {
      title: 'Notes',
      fields: { notes: { type: 'items', label: 'Notes', itemName: 'note', rule: 'append', maxItems: 500, fields: {} } },
    },
  },
});
