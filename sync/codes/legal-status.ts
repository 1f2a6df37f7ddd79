import { codes, type CodeList } from './code-list.ts';

/** Ten that every authority has, and more that are off until an authority wants them. */
export const legalStatus: CodeList = {
  name: 'legal-status',
  codes: [
    ...codes([
      ['CLE', 'Care Leaver – eligible'],
      ['CLF', 'Care Leaver – former relevant'],
      ['CLR', 'Care Leaver – relevant'],
      ['CAO', 'Child arrangement order'],
      ['NLS', 'No legal status (lives with parent/s)'],
      ['OTH', 'Other'],
      ['PLO', 'Placement order'],
      ['PWP', 'Placement with parent regulation'],
      ['PFA', 'Private fostering arrangement'],
      ['S20', 'Section 20 accommodated'],
    ]),
    ...codes(
      [
        ['ADO', 'Adopted'],
        ['COP', 'Court of Protection or deputy (16 and over)'],
        ['EPO', 'Emergency protection order'],
        ['FCO', 'Full care order'],
        ['ICO', 'Interim care order'],
        ['SEC', 'Secure accommodation or remand'],
        ['SGO', 'Special guardianship order'],
        ['SUP', 'Supervision order'],
        ['UAS', 'Unaccompanied asylum-seeking child'],
      ],
      { offered: false },
    ),
  ],
};
