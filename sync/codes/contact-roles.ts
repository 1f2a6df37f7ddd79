import { codes, type CodeList } from './code-list.ts';

/** Who a contact is to the child: first the family, then the professionals, `other` said in words beside it. */
export const contactRoles: CodeList = {
  name: 'contact-roles',
  codes: [
    ...codes(
      [
        ['mother', 'Mother'],
        ['father', 'Father'],
        ['step-parent', 'Step-parent'],
        ['guardian', 'Guardian or special guardian'],
        ['foster-carer', 'Foster carer'],
        ['grandparent', 'Grandparent'],
        ['sibling', 'Sibling'],
        ['other-relative', 'Other relative'],
      ],
      { group: 'Family' },
    ),
    ...codes(
      [
        ['social-worker', 'Social worker'],
        ['virtual-school-head', 'Virtual school head'],
        ['reviewing-officer', 'Independent reviewing officer'],
        ['advocate', 'Advocate'],
        ['sendiass', 'SENDIASS worker'],
        ['independent-supporter', 'Independent supporter'],
        ['interpreter', 'Interpreter'],
      ],
      { group: 'Care and support' },
    ),
    ...codes(
      [
        ['senco', 'SENCO'],
        ['head', 'Headteacher or principal'],
        ['teacher', 'Class or form teacher'],
        ['teaching-assistant', 'Teaching assistant'],
        ['college-support', 'College learning support'],
        ['key-person', 'Early years key person'],
        ['educational-psychologist', 'Educational psychologist'],
        [
          'specialist-teacher',
          'Specialist teacher (hearing, vision, multi-sensory, autism, specific learning difficulties)',
        ],
      ],
      { group: 'Education' },
    ),
    ...codes(
      [
        ['speech-therapist', 'Speech and language therapist'],
        ['occupational-therapist', 'Occupational therapist'],
        ['physiotherapist', 'Physiotherapist'],
        ['paediatrician', 'Paediatrician'],
        ['gp', 'GP'],
        ['health-visitor', 'Health visitor'],
        ['school-nurse', 'School nurse'],
        ['camhs', 'Child and adolescent mental health services (CAMHS)'],
        ['dco', 'Designated clinical or medical officer (DCO, DMO)'],
      ],
      { group: 'Health' },
    ),
    ...codes(
      [
        ['dsco', 'Designated social care officer (DSCO)'],
        ['youth-justice', 'Youth justice'],
        ['careers-adviser', 'Careers adviser'],
        ['short-breaks', 'Short breaks'],
        ['adult-social-care', 'Adult social care'],
        ['portage', 'Portage'],
        ['home-education-officer', 'Elective home education officer'],
        ['transport', 'Transport'],
        ['other', 'Other'],
      ],
      { group: 'Other services' },
    ),
  ],
};
