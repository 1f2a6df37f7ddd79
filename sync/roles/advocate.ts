import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const advocate = defineRole({
  name: 'advocate',
  title: 'Advocate',
  plays: ['family'],
  rows: [...requesterRows],
  starts: ['request'],
});
