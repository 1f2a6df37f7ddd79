import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisations } from '#server/demonstration/organisations.ts';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import { address as addressType } from '#sync/field-types/address.ts';
import { establishmentTypes } from '#sync/codes/establishment-types.ts';
import { makeId } from '#sync/model/ids.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
});
afterAll(() => hub.close());

test('whoever is signed in is told of every school, nursery and college of the area, and of nothing else', async () => {
  const { browser } = await hub.signIn('sarah');
  const answer = await browser.get('/api/settings');
  const { settings } = (await answer.json()) as { settings: AreaSetting[] };
  const expected = Object.values(organisations)
    .filter(({ kind }) => ['school', 'nursery', 'college'].includes(kind))
    .map(({ name }) => name);
  expect(settings.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  expect(settings.length).toBeGreaterThanOrEqual(12);
  const types = new Set(establishmentTypes.codes.map(({ key }) => key));
  for (const { type, address } of settings) {
    expect(types.has(type ?? '')).toBe(true);
    expect(addressType.problems(address as never, {} as never, '2026-11-02')).toEqual([]);
    expect(addressType.isEmpty(address as never)).toBe(false);
  }
});

test('nobody is told of the settings of another authority', async () => {
  // Signed in first: with two authorities the host name of a test would name neither.
  const { browser } = await hub.signIn('priya');
  const other = makeId<string>((count) => crypto.getRandomValues(new Uint8Array(count)));
  await hub.deps.storage.write(async (tx) => {
    await tx
      .insertInto('authority')
      .values({ id: other, name: 'Nextshire', host: 'hub.nextshire.example', created_at: 1 })
      .execute();
    await tx
      .insertInto('organisation')
      .values({
        id: `${other.slice(1)}x`,
        authority_id: other,
        kind: 'school',
        name: 'Elsewhere School',
        created_at: 1,
      })
      .execute();
  });
  const { settings } = (await (await browser.get('/api/settings')).json()) as { settings: AreaSetting[] };
  expect(settings.length).toBeGreaterThan(0);
  expect(settings.filter(({ name }) => name === 'Elsewhere School')).toEqual([]);
});

test('without a session nothing is told', async () => {
  const answer = await hub.browser().get('/api/settings');
  expect(answer.status).toBe(401);
  expect(await answer.text()).not.toContain('School');
});
