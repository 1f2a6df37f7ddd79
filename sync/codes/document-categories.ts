import { codes, type CodeList } from './code-list.ts';

/** What a supporting document is. The first group is the checklist for a request: none of it is needed to submit. */
export const documentCategories: CodeList = {
  name: 'document-categories',
  codes: [
    ...codes(
      [
        ['pupil-information', 'Unique pupil information sheet'],
        ['signed-request', 'Signed parental request form'],
        ['medical', 'Medical form'],
        ['attendance', 'Attendance for at least 2 academic years'],
        ['attainment', 'Attainment for at least 2 academic years, showing less than expected progress'],
        ['proud-work', 'Dated work the child is proud of, with how it was done'],
        ['unaided-writing', 'Dated piece of unaided writing with the working level (a drawing for a young child)'],
        [
          'plan-do-review',
          'Assess, plan, do and review papers of the last 12 months (reviewed individual plans, or an evaluated provision map)',
        ],
        ['outside-record', 'Latest record of the involvement of outside services'],
        ['outside-reports', 'Latest reports from those services'],
        ['early-support', 'Current early support plan, if there is one'],
      ],
      { group: 'Checklist' },
    ),
    ...codes(
      [
        ['consent', 'Consent'],
        ['report-ep', 'Report: educational psychologist'],
        ['report-salt', 'Report: speech and language therapist'],
        ['report-ot', 'Report: occupational therapist'],
        ['report-physio', 'Report: physiotherapist'],
        ['report-paediatric', 'Report: paediatrician'],
        ['report-camhs', 'Report: CAMHS'],
        ['report-social-care', 'Report: social care'],
        ['old-plan', 'Old plan'],
        ['needs-marked-up', 'Needs section with changes marked'],
        ['child-views', "Child's views on paper"],
        ['parent-views', "Parent's views on paper"],
        ['photo-video', 'Photo or video'],
        ['meeting-notes', 'Meeting notes'],
        ['letter', 'Letter'],
        ['decision-letter', 'Decision letter'],
        ['panel-note', 'Panel note'],
        ['mediation', 'Mediation'],
        ['tribunal', 'Tribunal'],
        ['placement', 'Placement or consultation'],
        ['finance', 'Finance or personal budget'],
        ['other', 'Other'],
      ],
      { group: 'Other documents' },
    ),
  ],
};

/** The eleven items that a request is checked against. */
export const requestChecklist: readonly string[] = documentCategories.codes
  .filter((code) => code.group === 'Checklist')
  .map((code) => code.key);
