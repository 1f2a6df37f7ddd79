/** Where the fictional staff of Hallowshire work, and where its children learn. Every place and address is invented. */
import type { PostalAddress } from '#sync/field-types/address.ts';

export interface FictionalOrganisation {
  readonly kind: string;
  readonly name: string;
  /** A key of the code list `establishment-types`. */
  readonly type?: string;
  readonly address?: PostalAddress;
}

/** No post town of the kingdom has a code with these letters, so a letter to one of them reaches nobody. */
const at = (line1: string, town: string, postcode: string): PostalAddress => ({
  line1,
  town,
  county: 'Hallowshire',
  postcode,
});

export const organisations = {
  alderbrook: {
    kind: 'school',
    name: 'Alderbrook Primary School',
    type: '1',
    address: at('Mill Lane', 'Alderbrook', 'HW3 4AL'),
  },
  thornleyVale: {
    kind: 'school',
    name: 'Thornley Vale Academy',
    type: '34',
    address: at('Vale Road', 'Thornley', 'HW7 2TW'),
  },
  marlpit: {
    kind: 'school',
    name: 'Marlpit Lane Special School',
    type: '7',
    address: at('12 Marlpit Lane', 'Wexcombe', 'HW1 6NL'),
  },
  saintBrannoc: {
    kind: 'school',
    name: 'St Brannoc’s Church of England Primary School',
    type: '3',
    address: at('Church Street', 'Brannock St Mary', 'HW9 1SB'),
  },
  hallowGreen: {
    kind: 'school',
    name: 'Hallow Green Junior School',
    type: '1',
    address: at('The Green', 'Wexcombe', 'HW1 3HG'),
  },
  ravensDown: {
    kind: 'school',
    name: 'Ravensdown High School',
    type: '35',
    address: at('Down Way', 'Great Ravens', 'HW5 8RD'),
  },
  lockside: {
    kind: 'school',
    name: 'The Lockside Centre (pupil referral unit)',
    type: '14',
    address: at('Unit 4, Lockside', 'Wexcombe', 'HW1 2LD'),
  },
  orchardHouse: {
    kind: 'school',
    name: 'Orchard House School',
    type: '10',
    address: at('Orchard House', 'Little Ravens', 'HW5 9PH'),
  },
  merrywell: {
    kind: 'nursery',
    name: 'Merrywell Nursery School',
    type: '15',
    address: at('3 Well Close', 'Alderbrook', 'HW3 4NW'),
  },
  wexcombe: {
    kind: 'college',
    name: 'Wexcombe Sixth Form College',
    type: '45',
    address: at('College Hill', 'Wexcombe', 'HW1 1WS'),
  },
  hallowCollege: {
    kind: 'college',
    name: 'Hallowshire College',
    type: '18',
    address: at('Station Approach', 'Thornley', 'HW7 1HD'),
  },
  stillwater: {
    kind: 'college',
    name: 'Stillwater Specialist College',
    type: '32',
    address: at('Stillwater Farm', 'Brannock St Mary', 'HW9 5ST'),
  },
  therapies: { kind: 'health-team', name: 'Hallowshire Children’s Therapies' },
  paediatrics: { kind: 'health-team', name: 'Hallowshire Community Paediatrics' },
  disability: { kind: 'social-care-team', name: 'Hallowshire Disabled Children’s Team' },
  send: { kind: 'authority', name: 'Hallowshire SEND Service' },
} as const satisfies Record<string, FictionalOrganisation>;
export type OrganisationKey = keyof typeof organisations;
