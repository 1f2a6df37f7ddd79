import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const teamManager = defineRole({
  name: 'team-manager',
  title: 'Team manager',
  plays: ['adviser'],
  rows: [...requesterRows],
  starts: ['request'],
});
