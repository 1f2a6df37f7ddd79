/** Where the fictional staff of Hallowshire work. */
export const organisations = {
  alderbrook: { kind: 'school', name: 'Alderbrook Primary School' },
  thornleyVale: { kind: 'school', name: 'Thornley Vale Academy' },
  marlpit: { kind: 'school', name: 'Marlpit Lane Special School' },
  merrywell: { kind: 'nursery', name: 'Merrywell Nursery School' },
  wexcombe: { kind: 'college', name: 'Wexcombe Sixth Form College' },
  therapies: { kind: 'health-team', name: 'Hallowshire Children’s Therapies' },
  paediatrics: { kind: 'health-team', name: 'Hallowshire Community Paediatrics' },
  disability: { kind: 'social-care-team', name: 'Hallowshire Disabled Children’s Team' },
  send: { kind: 'authority', name: 'Hallowshire SEND Service' },
} as const;
export type OrganisationKey = keyof typeof organisations;
