import { defineRole } from './role.ts';
import { intakeRows, requesterRows } from './requester.ts';

export const authorityManager = defineRole({
  name: 'authority-manager',
  title: 'Authority manager',
  plays: ['authority'],
  rows: [...requesterRows, ...intakeRows],
  starts: ['request'],
});
