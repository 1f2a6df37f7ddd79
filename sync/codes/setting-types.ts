import { codes, type CodeList } from './code-list.ts';

/**
 * Kinds of place where a child learns, for when no setting is named. `dfe` is the SEN2 return's `SENsetting`, where one
 * of its values means exactly this.
 */
export const settingTypes: CodeList = {
  name: 'setting-types',
  codes: [
    ...codes(
      [
        ['ap-academy', 'AP/PRU: Academy'],
        ['ap-free', 'AP/PRU: Free school'],
        ['ap-maintained', 'AP/PRU: LA maintained'],
      ],
      { group: 'AP/PRU' },
    ),
    ...codes([['hospital', 'Hospital schools (including foundation schools)']], { group: 'Hospital' }),
    ...codes(
      [
        ['main-academy', 'Mainstream school: academy'],
        ['main-academy-rp', 'Mainstream school: academy (resourced provision)'],
        ['main-academy-unit', 'Mainstream school: academy (SEN Unit)'],
        ['main-free', 'Mainstream school: free school'],
        ['main-free-rp', 'Mainstream school: free school (resourced provision)'],
        ['main-free-unit', 'Mainstream school: free school (SEN Unit)'],
        ['main-independent', 'Mainstream school: independent school'],
        ['main-maintained', 'Mainstream school: LA maintained (including foundation schools)'],
        ['main-maintained-rp', 'Mainstream school: LA maintained (resourced provision)'],
        ['main-maintained-unit', 'Mainstream school: LA maintained (SEN Unit)'],
      ],
      { group: 'Mainstream' },
    ),
    ...codes([['early-years', 'Non-maintained early years settings in the private and voluntary sector']], {
      group: 'Early years',
      dfe: 'EYP',
    }),
    ...codes(
      [
        ['post16-general', 'Post 16: General FE and tertiary colleges/HE'],
        ['post16-other', 'Post 16: Other FE'],
        ['post16-sixth-form', 'Post 16: Sixth form college'],
        ['post16-specialist', 'Post 16: Specialist post-16 institutions'],
      ],
      { group: 'Post-16' },
    ),
    ...codes(
      [
        ['special-academy', 'Special school: academy/free'],
        ['special-independent', 'Special school: independent school'],
        ['special-maintained', 'Special school: LA maintained (including foundation schools)'],
        ['special-non-maintained', 'Special school: Non-maintained'],
      ],
      { group: 'Special' },
    ),
    ...elsewhere([
      ['home', 'Elective home education', 'EHE'],
      ['eotas', 'Other arrangements by LA (EOTAS)', 'OLA'],
      ['by-parents', 'Other arrangements by parents', 'OPA'],
      ['neet', 'NEET', 'NEET'],
      ['notice-to-cease', 'Notice to cease issued', 'NIEC'],
      ['awaiting', 'Awaiting placement'],
      ['online', 'Online provider'],
      ['secure', 'Secure estate'],
    ]),
  ],
};

function elsewhere(rows: readonly (readonly [key: string, label: string, dfe?: string])[]): CodeList['codes'] {
  return rows.map(([key, label, dfe]) => ({ key, label, group: 'Elsewhere', ...(dfe !== undefined && { dfe }) }));
}
