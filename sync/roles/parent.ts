import { defineRole } from './role.ts';
import { familyRows, requesterRows } from './requester.ts';

export const parent = defineRole({
  name: 'parent',
  title: 'Parent or carer',
  plays: ['family'],
  spokenToAs: 'family',
  rows: [...requesterRows, ...familyRows],
  starts: ['request'],
});
