import { defineRole } from './role.ts';

/** Looks after accounts, teams and wording; sees no case content. */
export const administrator = defineRole({
  name: 'administrator',
  title: 'Authority administrator',
  plays: [],
  rows: [],
  starts: [],
});
