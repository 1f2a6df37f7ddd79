import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { people } from '#server/demonstration/people.ts';
import { organisations } from '#server/demonstration/organisations.ts';
import { requests } from '#server/demonstration/requests.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';
import { fillDemonstration } from './demonstration.ts';
import { fillDemonstrationRequests } from './demonstration-requests.ts';

let hub: TestHub;
let refused: string[];
beforeAll(async () => {
  hub = await openTestHub();
  refused = await fillDemonstrationRequests(hub.sync);
});
afterAll(() => hub.close());

describe('the demonstration', () => {
  test('has somebody for every role and the settings and teams that a case needs', () => {
    const roles = Object.values(people).flatMap((person): readonly string[] => person.roles);
    const countOf = (role: string) => roles.filter((one) => one === role).length;
    expect([
      countOf('senco'),
      countOf('parent'),
      countOf('young-person'),
      countOf('advocate'),
      countOf('co-ordinator'),
      countOf('authority-manager'),
      countOf('administrator'),
    ]).toEqual([2, 4, 1, 1, 2, 1, 1]);
    const kinds = Object.values(organisations).map(({ kind }): string => kind);
    for (const [kind, count] of [
      ['school', 3],
      ['nursery', 1],
      ['health-team', 2],
      ['social-care-team', 1],
    ] as const)
      expect(kinds.filter((one) => one === kind).length).toBeGreaterThanOrEqual(count);
  });

  test('reaches nobody: every address is reserved and every number is one of drama', () => {
    for (const { email, phone } of Object.values(people)) {
      expect(email).toMatch(/^[a-z.]+@([a-z]+\.)*example(\.org)?$/);
      expect(phone).toMatch(/^07700 900\d{3}$/);
    }
    expect(new Set(Object.values(people).map(({ phone }) => phone)).size).toBe(Object.keys(people).length);
  });

  test('is filled once', async () => {
    expect(await fillDemonstration(hub.deps)).toBe(false);
  });

  test('holds nothing that could not have been typed and sent', () => {
    expect(refused).toEqual([]);
  });

  test('begins with requests in different states, each in the state that was told', async () => {
    const documents = await hub.deps.storage.db
      .selectFrom('document')
      .select(['stage', 'case_number', 'received_on'])
      .orderBy('submitted_at')
      .execute();
    const received = documents.filter(({ stage }) => stage === 'received');
    expect(received).toHaveLength(requests.filter(({ submittedDaysAgo }) => submittedDaysAgo !== undefined).length);
    expect(received[0]).toMatchObject({ case_number: 'EHC/26/0001', received_on: '2026-10-14' });
    expect(documents.filter(({ stage }) => stage === 'draft')).toHaveLength(requests.length - received.length);
  });

  test('has a draft that a mother writes in together with the school', async () => {
    const shares = await hub.deps.storage.db
      .selectFrom('share')
      .innerJoin('person', 'person.id', 'share.person_id')
      .select(['person.name', 'access'])
      .execute();
    expect(shares).toEqual([{ name: 'Agnieszka Kowalczyk', access: 'edit' }]);
  });
});
