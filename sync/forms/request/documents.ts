import { requestChecklist } from '../../codes/document-categories.ts';
import type { SectionDefinition } from '../define.ts';

/** F1.9: what goes with the request. Nothing on the checklist must be there to submit. */
export const documents = {
  title: 'Supporting documents',
  guide: 'Add what you have. You can submit the request without any of these.',
  fields: {
    documents: {
      type: 'files',
      rule: 'closed',
      label: 'Documents',
      categories: 'document-categories',
      checklist: requestChecklist,
    },
  },
} as const satisfies SectionDefinition;
