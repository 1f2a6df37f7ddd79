import { defineRole } from './role.ts';
import { requesterRows } from './requester.ts';

export const settingStaff = defineRole({
  name: 'setting-staff',
  title: 'School or college staff',
  plays: ['setting'],
  rows: [...requesterRows],
  starts: ['request'],
});
