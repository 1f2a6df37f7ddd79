import { defineRole } from './role.ts';
import { familyRows, requesterRows } from './requester.ts';

export const youngPerson = defineRole({
  name: 'young-person',
  title: 'Young person',
  plays: ['family'],
  spokenToAs: 'young-person',
  rows: [...requesterRows, ...familyRows],
  starts: ['request'],
});
