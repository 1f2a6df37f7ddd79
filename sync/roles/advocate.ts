import { defineRole } from './role.ts';
import { familyRows, requesterRows } from './requester.ts';

export const advocate = defineRole({
  name: 'advocate',
  title: 'Advocate',
  plays: ['family'],
  rows: [...requesterRows, ...familyRows],
  starts: ['request'],
});
