/**
 * How a document concerns a person now, and what follows for each section. Rights are read from the rows at every
 * request, by the one table in `sync/roles/`; nothing here adds a right of its own.
 */
import { ofForm } from '#sync/forms/of-form.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { declaredKey, type Address, type DeviceId, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import type { DocumentState } from '#sync/model/state.ts';
import {
  isHideable as isHideableFrom,
  mayDocument,
  maySection,
  partsOf,
  type DocumentFacts,
  type Viewer,
} from '#sync/roles/may.ts';
import { roleNamed } from '#sync/roles/index.ts';
import type { Whose } from '#sync/roles/role.ts';
import type { Verb } from '#sync/roles/verbs.ts';
import type { DocumentRow } from '#server/storage/documents.ts';
import type { ShareRow } from '#server/storage/shares.ts';
import type { SessionFacts } from './session-facts.ts';

/** A session that is bound to a device: only such a one reads and writes case data. */
export interface Reader extends Viewer {
  readonly authority: string;
  readonly device: DeviceId;
}
export const readerOf = (session: SessionFacts, device: DeviceId): Reader => ({
  authority: session.authorityId,
  person: session.personId,
  roles: session.roles,
  device,
});

type DocumentLike = Pick<DocumentRow, 'kind' | 'stage' | 'starter_id'>;

export function factsOf(document: DocumentLike, shares: readonly ShareRow[], person: PersonId): DocumentFacts {
  return { kind: document.kind, stage: document.stage, whose: whoseOf(document, shares, person) };
}

export const mayIn = (viewer: Viewer, document: DocumentLike, shares: readonly ShareRow[]): Verb[] =>
  mayDocument(viewer, factsOf(document, shares, viewer.person));

export const maySee = (viewer: Viewer, document: DocumentLike, shares: readonly ShareRow[]): boolean =>
  mayIn(viewer, document, shares).includes('see');

/** The instant from which a person could write; undefined for who cannot. A starter could from the first. */
export function writerSince(document: DocumentLike, shares: readonly ShareRow[], person: PersonId): number | undefined {
  if (document.starter_id === person) return 0;
  return shares.find((share) => share.person_id === person && share.ended_at === null && share.access === 'edit')
    ?.shared_at;
}

/** A document with what rights in its sections depend on: `state` holds at least the answers that hide a section. */
export interface Rightful {
  readonly row: DocumentLike;
  readonly shares: readonly ShareRow[];
  readonly form: FormDefinition;
  readonly state: DocumentState;
}
export type SectionRights = (section: SectionKey) => readonly ('see' | 'write')[];

/** `isBeside`: for somebody else's words that stand beside their section, such as those sent on after it was closed. */
export function sectionRights(viewer: Viewer, { row, shares, form, state }: Rightful, isBeside = false): SectionRights {
  const facts = factsOf(row, shares, viewer.person);
  return (section) => maySection(viewer, facts, form, section, { state, isBeside });
}

/**
 * Why words that come now are parked: their author could write this section before. Undefined for someone who never
 * could; then the words are refused.
 */
export function closedFor(
  viewer: Viewer,
  { row, shares, form }: Rightful,
  section: SectionKey,
): 'section-closed' | 'access-ended' | 'document-deleted' | undefined {
  const before = whoseEver(row, shares, viewer.person);
  // Someone else's wish may have hidden the section meanwhile; the words of whoever could write until then are kept.
  const couldWrite = maySection(viewer, { kind: row.kind, stage: 'draft', whose: before }, form, section, {
    wroteIt: true,
  }).includes('write');
  if (!couldWrite) return undefined;
  if (row.stage === 'deleted' || row.stage === 'purged') return 'document-deleted';
  return row.stage !== 'draft' && whoseOf(row, shares, viewer.person) === before ? 'section-closed' : 'access-ended';
}

/** The declared sections that a wish can hide. */
export const hideableSections = ofForm((form): readonly string[] =>
  Object.entries(form.sections).flatMap(([key, { hiddenFrom }]) => (hiddenFrom === undefined ? [] : [key])),
);

/**
 * Who wrote what stands in an answer that a wish can hide, to be compared: whoever wrote all of a section alone goes on
 * reading it, so another author changes rights as the wish itself does. The same for every other answer.
 */
export function hideableAuthors({ form, state }: Pick<Rightful, 'form' | 'state'>, address: Address): string {
  const answer = state.fields.get(address);
  if (answer === undefined || !hideableSections(form).includes(declaredKey(answer.section))) return '';
  return [...new Set(answer.sides.map(({ person }) => person))].sort().join();
}

/** Whether a wish could hide anything from this person at all. */
export const isHideable = (viewer: Viewer, form: FormDefinition): boolean =>
  Object.values(form.sections).some(
    ({ hiddenFrom }) => hiddenFrom !== undefined && isHideableFrom(hiddenFrom, partsOf(viewer.roles)),
  );

/** Whether the document was ever open to this person: to anyone else it looks like one that does not exist. */
export const isAcquainted = (viewer: Viewer, document: DocumentLike, shares: readonly ShareRow[]): boolean =>
  maySee(viewer, document, shares) || ['started', 'shared-edit'].includes(whoseEver(document, shares, viewer.person));

/** Whether the person could write in the document at any time. */
export const couldWrite = (viewer: Viewer, document: DocumentLike, shares: readonly ShareRow[]): boolean =>
  mayDocument(viewer, {
    kind: document.kind,
    stage: 'draft',
    whose: whoseEver(document, shares, viewer.person),
  }).includes('write');

/**
 * The instant from which a person could see the document at all: what was removed before that never was there for
 * them. Whoever sees it for a role's sake could since it was sent.
 */
export function acquaintedSince(
  document: DocumentLike & Pick<DocumentRow, 'submitted_at'>,
  shares: readonly ShareRow[],
  person: PersonId,
): number {
  if (document.starter_id === person) return 0;
  const since = shares.filter((share) => share.person_id === person).map((share) => share.shared_at);
  return since.length > 0 ? Math.min(...since) : (document.submitted_at ?? Infinity);
}

/** Which documents a person sees for a role's sake alone, by kind and stage: the lists of an authority. */
export function listedStages(viewer: Viewer): Map<string, Set<string>> {
  const stages = new Map<string, Set<string>>();
  for (const row of viewer.roles.flatMap((name) => roleNamed(name)?.rows ?? [])) {
    if (row.whose !== 'other' || !row.may.includes('see')) continue;
    const known = stages.get(row.on) ?? new Set();
    row.while.forEach((stage) => known.add(stage));
    stages.set(row.on, known);
  }
  return stages;
}

function whoseOf(document: DocumentLike, shares: readonly ShareRow[], person: PersonId): Whose {
  if (document.starter_id === person) return 'started';
  const share = shares.find((one) => one.person_id === person && one.ended_at === null);
  return share === undefined ? 'other' : share.access === 'edit' ? 'shared-edit' : 'shared-view';
}

/** The most that the person ever was to this document. */
function whoseEver(document: DocumentLike, shares: readonly ShareRow[], person: PersonId): Whose {
  if (document.starter_id === person) return 'started';
  const own = shares.filter((share) => share.person_id === person);
  return own.some((share) => share.access === 'edit') ? 'shared-edit' : own.length > 0 ? 'shared-view' : 'other';
}
