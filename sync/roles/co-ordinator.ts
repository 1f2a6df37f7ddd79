import { defineRole } from './role.ts';
import { intakeRows, requesterRows } from './requester.ts';

export const coOrdinator = defineRole({
  name: 'co-ordinator',
  title: 'Case co-ordinator',
  plays: ['authority'],
  rows: [...requesterRows, ...intakeRows],
  starts: ['request'],
});
