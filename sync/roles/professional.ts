import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const professional = defineRole({
  name: 'professional',
  title: 'Professional',
  plays: ['adviser'],
  rows: [...requesterRows],
  starts: ['request'],
});
