import type { Part, SectionDefinition } from '../define.ts';

/** F1.6: history that matters to the request, in the family's words and in the setting's. */
export const important = {
  title: 'Important information',
  guide:
    'The family and the setting each have boxes of their own. Each can read what the other wrote, and only change their own.',
  fields: {},
} as const satisfies SectionDefinition;

/** The three boxes of one side: the other side reads them greyed out. */
const boxes = (title: string, who: string, owner: Part) =>
  ({
    title,
    within: 'important',
    writtenBy: [owner],
    fields: {
      sen: {
        type: 'rich-text',
        rule: 'text',
        label: `${who}: what should we know about their special educational needs?`,
      },
      health: { type: 'rich-text', rule: 'text', label: `${who}: what should we know about their health needs?` },
      social_care: {
        type: 'rich-text',
        rule: 'text',
        label: `${who}: what should we know about their social care needs?`,
      },
    },
  }) as const satisfies SectionDefinition;

export const importantFamily = boxes('From the family', 'Family', 'family');
export const importantSetting = boxes('From the school or other setting', 'Setting', 'setting');
