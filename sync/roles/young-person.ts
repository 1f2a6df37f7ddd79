import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const youngPerson = defineRole({
  name: 'young-person',
  title: 'Young person',
  plays: ['family'],
  spokenToAs: 'young-person',
  rows: [...requesterRows],
  starts: ['request'],
});
