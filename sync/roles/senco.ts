import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const senco = defineRole({
  name: 'senco',
  title: 'SENCO',
  plays: ['setting'],
  rows: [...requesterRows],
  starts: ['request'],
});
