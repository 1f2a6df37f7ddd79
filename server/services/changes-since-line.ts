/** The line of a document in a list, as one person may read it. */
import type { DocumentId, PersonId, SectionKey } from '#sync/model/ids.ts';
import type { DocumentChange } from '#sync/protocol/changes.ts';
import { dayMs, minuteMs } from '#sync/protocol/listed.ts';
import { mayDocument } from '#sync/roles/may.ts';
import type { Verb } from '#sync/roles/verbs.ts';
import { namedFields } from '#server/storage/section-rows.ts';
import type { DocumentView, Reading, VisibleSection } from './changes-since-sections.ts';
import { factsOf } from './viewer.ts';

/** What a list shows of the child, as far as the person may read it. */
export const childFields = ['first_name', 'last_name', 'dob'] as const;
interface NamedField {
  readonly field: string;
  readonly value: string;
}
export const childOf = ({ db }: Reading, { row }: DocumentView, visible: Map<SectionKey, VisibleSection>) =>
  visible.has(childSection) ? namedFields(db, row.id, childSection, childFields) : Promise.resolve([]);
export const childSection = 'child' as SectionKey;

export async function listLine(
  { reader, people }: Pick<Reading, 'reader' | 'people'>,
  { row, shares }: Pick<DocumentView, 'row' | 'shares'>,
  visible: Map<SectionKey, VisibleSection>,
  child: readonly NamedField[],
  full: boolean,
): Promise<DocumentChange> {
  const may: Verb[] = mayDocument(reader, factsOf(row, shares, reader.person));
  const valueOf = (name: string) => {
    const value: unknown = JSON.parse(child.find((field) => field.field === name)?.value ?? 'null');
    return typeof value === 'string' ? value.trim() : '';
  };
  const standing = may.includes('unshare') ? shares.filter((share) => share.ended_at === null) : undefined;
  const bornOn = valueOf('dob');
  const updatedAt = [...visible.values()].reduce(
    (latest, section) => Math.max(latest, section.updatedAt),
    Math.max(row.created_at, row.submitted_at ?? 0),
  );
  return {
    t: 'doc',
    doc: row.id as DocumentId,
    kind: row.kind,
    form: row.form,
    stage: row.stage,
    may,
    starter: await people(row.starter_id as PersonId),
    ...(standing !== undefined && {
      shares: await Promise.all(
        standing.map(async (share) => ({
          person: await people(share.person_id as PersonId),
          access: share.access === 'edit' ? ('edit' as const) : ('view' as const),
          since: share.shared_at,
        })),
      ),
    }),
    ...(row.case_number !== null && { caseNumber: row.case_number }),
    ...(row.received_on !== null && { receivedOn: row.received_on }),
    // A list tells days and minutes: the same whether a line comes by itself or with a page of them.
    createdAt: full ? row.created_at : row.created_at - (row.created_at % dayMs),
    updatedAt: full ? updatedAt : updatedAt - (updatedAt % minuteMs),
    summary: { name: `${valueOf('first_name')} ${valueOf('last_name')}`.trim(), ...(bornOn !== '' && { bornOn }) },
    full,
  };
}
