/**
 * «May this person do this here now?» Evaluated on the server for every read and write, and again on the device only to
 * draw the screen. A person with several roles may do what any one of them gives; what no row gives is denied.
 */
import { isMet } from '../forms/answers.ts';
import type { FormDefinition, HiddenFrom, Part, When } from '../forms/define.ts';
import { ofForm } from '../forms/of-form.ts';
import {
  addressOf,
  declaredKey,
  itemOfSection,
  partsOfAddress,
  type Holder,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import type { DocumentState } from '../model/state.ts';
import { roleNamed, type RoleName } from './index.ts';
import type { Whose } from './role.ts';
import { verbs, type Verb } from './verbs.ts';

export interface Viewer {
  readonly person: PersonId;
  readonly roles: readonly RoleName[];
}
export interface DocumentFacts {
  readonly kind: string;
  readonly stage: string;
  readonly whose: Whose;
}

export const partsOf = (roles: readonly RoleName[]): readonly Part[] => [
  ...new Set(roles.flatMap((name) => roleNamed(name)?.plays ?? [])),
];

export const mayStart = (roles: readonly RoleName[], kind: string): boolean =>
  roles.some((name) => roleNamed(name)?.starts.includes(kind) ?? false);

export function mayDocument(viewer: Viewer, document: DocumentFacts): Verb[] {
  const given = new Set<Verb>();
  for (const name of viewer.roles) {
    for (const row of roleNamed(name)?.rows ?? []) {
      // What a role sees of everybody's, it sees of what was once shared with this person too.
      const isMeant = row.whose === document.whose || row.whose === 'other';
      if (row.on === document.kind && isMeant && row.while.includes(document.stage))
        row.may.forEach((verb) => given.add(verb));
    }
  }
  return verbs.filter((verb) => given.has(verb));
}

/** What is known of the words themselves; only sections with `hiddenFrom` ask for it. */
export interface SectionFacts {
  /**
   * The fields that `wishesIn` names and those of every section with `hiddenFrom`, with their sides, and the items.
   * Without it a section that could be hidden is hidden.
   */
  readonly state?: Pick<DocumentState, 'fields' | 'items'>;
  /** Everything in it is this person's own: a document that has not left their device. */
  readonly wroteIt?: boolean;
  /** Asked for another person's words that stand beside the section: having written it alone opens none of those. */
  readonly isBeside?: boolean;
}

/** Rights in one section: never more than in the document, narrowed by the parts and the wishes that the form names. */
export function maySection(
  viewer: Viewer,
  document: DocumentFacts,
  form: FormDefinition,
  section: SectionKey,
  facts: SectionFacts = {},
): ('see' | 'write')[] {
  const whole = mayDocument(viewer, document);
  const declared = form.sections[declaredKey(section)];
  if (declared === undefined || !whole.includes('see')) return [];
  const plays = partsOf(viewer.roles);
  const isOneOf = (parts: readonly Part[] | undefined) =>
    parts === undefined || parts.some((part) => plays.includes(part));
  if (!isOneOf(declared.seenBy)) return [];
  const hidden = declared.hiddenFrom;
  if (hidden !== undefined && isHideable(hidden, plays, document.whose) && isHidden(hidden, viewer, section, facts))
    return facts.isBeside !== true && isAllBy(viewer.person, facts.state, section, hidden.when.field) ? ['see'] : [];
  return whole.includes('write') && isOneOf(declared.writtenBy) ? ['see', 'write'] : ['see'];
}

/**
 * Whether every answer that stands in a section is this person's own, the wish aside, and there is one. What somebody
 * wrote alone is theirs to read whoever wishes it private; to write there they would have to see the next person's words.
 */
function isAllBy(person: PersonId, state: SectionFacts['state'], section: SectionKey, wish: string): boolean {
  const answers = [...(state?.fields ?? [])].filter(
    ([address, field]) => field.section === section && partsOfAddress(address).field !== wish,
  );
  return (
    answers.length > 0 &&
    answers.every(([, { sides }]) => sides.length > 0 && sides.every((side) => side.person === person))
  );
}

/** The names of the fields that can hide a section: an edit of one changes what others may see. */
export const wishesIn = ofForm((form): readonly string[] => [
  ...new Set(
    Object.values(form.sections).flatMap(({ hiddenFrom }) =>
      hiddenFrom === undefined
        ? []
        : [hiddenFrom.when, ...(hiddenFrom.orAnyItem?.when ?? [])].map((when) => when.field),
    ),
  ),
]);

/** Whether a wish could hide it from people who play these parts. `whose` undefined: in any document. */
export function isHideable({ parts, partsUnlessStarted = [] }: HiddenFrom, plays: readonly Part[], whose?: Whose) {
  const from = whose === 'started' ? parts : [...parts, ...partsUnlessStarted];
  return plays.every((part) => from.includes(part));
}

/** Hidden for good reason until the contrary is known: an address shown once to the wrong person cannot be taken back. */
function isHidden(
  hidden: HiddenFrom,
  { person }: Viewer,
  section: SectionKey,
  { state, wroteIt }: SectionFacts,
): boolean {
  if (wroteIt === true) return false;
  if (state === undefined) return true;
  if (isOthersWish(state, itemOfSection(section) ?? section, [hidden.when], person)) return true;
  const { list, when } = hidden.orAnyItem ?? { list: '', when: [] };
  // Removed items count too: whoever may remove a contact must not thereby come to see where that contact lives.
  return [...state.items.values()].some((item) => item.list === list && isOthersWish(state, item.id, when, person));
}

/**
 * All conditions hold, and the first was not set by this person. Any side of an open conflict makes one hold: until
 * two people agree that an address is no secret, it is one.
 */
function isOthersWish(
  state: Pick<DocumentState, 'fields'>,
  holder: Holder,
  when: readonly When[],
  person: PersonId,
): boolean {
  const holding = when.map((condition) => {
    const field = state.fields.get(addressOf(holder, condition.field));
    const sides = (field?.sides ?? []).filter((side) => isMet(condition, side.value));
    return {
      isMet: sides.length > 0 || isMet(condition, field?.value ?? null),
      isOwn: sides.some((side) => side.person === person),
    };
  });
  return holding.length > 0 && holding.every((one) => one.isMet) && holding[0]?.isOwn !== true;
}
