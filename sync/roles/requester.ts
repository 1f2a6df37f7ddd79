/** What every role that can ask for an assessment may do with its own request, and with one that was shared with it. */
import type { RoleRow } from './role.ts';

export const requesterRows: readonly RoleRow[] = [
  {
    on: 'request',
    whose: 'started',
    while: ['draft'],
    may: ['see', 'write', 'submit', 'share', 'unshare', 'delete', 'download', 'upload'],
  },
  { on: 'request', whose: 'started', while: ['received'], may: ['see', 'unshare', 'download'] },
  // Their own bin: nobody else sees a deleted draft.
  { on: 'request', whose: 'started', while: ['deleted'], may: ['see', 'restore', 'download'] },
  { on: 'request', whose: 'shared-edit', while: ['draft'], may: ['see', 'write', 'download', 'upload'] },
  { on: 'request', whose: 'shared-view', while: ['draft'], may: ['see', 'download'] },
  // They saw it a moment before it was sent. Who sent it can still take it away from them.
  { on: 'request', whose: 'shared-edit', while: ['received'], may: ['see', 'download'] },
  { on: 'request', whose: 'shared-view', while: ['received'], may: ['see', 'download'] },
];

/** Families know who has opened what is theirs, or was shared with them. */
export const familyRows: readonly RoleRow[] = (['started', 'shared-edit', 'shared-view'] as const).map((whose) => ({
  on: 'request',
  whose,
  while: ['draft', 'received'],
  may: ['see-openings'],
}));

/** The authority reads a request from the moment it was received, never a draft of anyone else. */
export const intakeRows: readonly RoleRow[] = [
  { on: 'request', whose: 'other', while: ['received'], may: ['see', 'download'] },
];
