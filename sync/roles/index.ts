/** The table of roles: the one place where rights stand. Default is no. */
import { administrator } from './administrator.ts';
import { advocate } from './advocate.ts';
import { authorityManager } from './authority-manager.ts';
import { coOrdinator } from './co-ordinator.ts';
import { parent } from './parent.ts';
import { professional } from './professional.ts';
import type { Role } from './role.ts';
import { senco } from './senco.ts';
import { settingStaff } from './setting-staff.ts';
import { teamManager } from './team-manager.ts';
import { youngPerson } from './young-person.ts';

export const roles = [
  parent,
  youngPerson,
  advocate,
  senco,
  settingStaff,
  professional,
  teamManager,
  coOrdinator,
  authorityManager,
  administrator,
] as const satisfies readonly Role[];

export type RoleName = (typeof roles)[number]['name'];
export const roleNamed = (name: string): Role | undefined => roles.find((role) => role.name === name);
