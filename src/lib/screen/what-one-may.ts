/** What a person's roles open of the app as a whole: what to draw, never what to allow. */
import type { PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { mayDocument, mayStart } from '#sync/roles/may.ts';

interface Person {
  readonly id: PersonId;
  readonly roles: readonly string[];
}
const rolesOf = (person: Person) => person.roles as readonly RoleName[];

export const startsRequests = (person: Person): boolean => mayStart(rolesOf(person), 'request');

/** Whether the requests that everybody sent are theirs to read. */
export const readsIntake = (person: Person): boolean =>
  mayDocument(
    { person: person.id, roles: rolesOf(person) },
    { kind: 'request', stage: 'received', whose: 'other' },
  ).includes('see');
