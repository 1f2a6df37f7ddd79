import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const parent = defineRole({
  name: 'parent',
  title: 'Parent or carer',
  plays: ['family'],
  spokenToAs: 'family',
  rows: [...requesterRows],
  starts: ['request'],
});
