/**
 * The app of an earlier release, as it was built then, meets the server of today: the one that speaks the oldest version
 * of the wire that is still served. What was written with it offline arrives whole, in its own words for it; it is told
 * of the newer release, which takes over when the person agrees, and finds in its store what was not sent yet.
 */
import type { BrowserContext } from '@playwright/test';
import { gunzipSync } from 'node:zlib';
import { oldestProtocolVersion, protocolVersion } from '#sync/protocol/version.ts';
import { readDatabase } from './support/database.ts';
import { choose } from './support/filled-request.ts';
import { expect, test as base } from './support/journey.ts';
import { unpackRelease } from './support/kept-release.ts';
import { newId, openRawClient } from './support/raw-client.ts';
import { openTree, thisRelease, type Tree } from './support/releases.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  reachedHub,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const test = base.extend<{ releases: Tree }>({
  releases: async ({}, use) => {
    const kept = unpackRelease(oldestProtocolVersion);
    const tree = openTree(thisRelease, kept.build);
    await use(tree);
    tree.dispose();
    kept.dispose();
  },
  tree: async ({ releases }, use) => use(releases.folder),
});
const tally = tallyOf('old-build');

test('an old app drafts offline, is answered by the server of today, and gives way to the newer one with every word', async ({
  hub,
  openDevice,
  releases,
}) => {
  const device = await openDevice({ viewport: { width: 412, height: 915 } });
  const { page } = device;
  const spoken = versionsSpoken(device.context);
  await signIn(page, hub, 'yusuf');
  await hub.stop();
  const doc = await startRequest(page);
  await openSection(page, 'child');
  await control(page, 'child', 'last_name').fill('Overwinter');
  await openSection(page, 'contacts');
  await page.getByRole('button', { name: 'Add a contact' }).click();
  await page.getByLabel('Full name').fill('From The Old App');
  await openSection(page, 'views');
  await choose(page, /^Did the child/, 'Yes');
  await typeAtEnd(await editor(page, 'views', 'working'), 'Typed into the old app', 5);
  await waitsHere(page);

  // The server is replaced; the old app is still open, and sends what waited.
  await releases.release();
  await hub.start();
  await lineIsBack(page);
  await reachedHub(page);
  expect([...spoken]).toEqual([oldestProtocolVersion]);
  const stored = () =>
    readDatabase(hub.folder, (database) => [
      database.field(doc, 'child', 'last_name')?.value,
      database.items(doc, 'contacts').map(({ fields }) => fields.full_name),
      database.text(doc, 'views', 'working'),
    ]);
  expect(stored()).toEqual(['Overwinter', ['From The Old App'], ['Typed into the old app']]);
  tally.add('words of an old app taken', 3);

  // What others write reaches the old app in the form that it can read.
  const desk = await openRawClient(hub, 'yusuf');
  const edit = [1, 'set', 'child', 'preferred_name', 'From The Desk', Date.now()];
  await desk.push({ runs: [{ doc, pen: newId(), form: 1, base: {}, edits: [edit] }] });
  await expect(control(page, 'child', 'preferred_name')).toHaveValue('From The Desk');
  tally.add('words of others shown by an old app');

  await page.goto(`${hub.url}/requests/${doc}`);
  await unlock(page);
  const offer = page.getByText('A new version of the Hub is ready.');
  await expect(offer).toBeVisible();
  await openSection(page, 'child');
  await openSection(page, 'views');
  // Once more without a connection: what waits now is found by the newer app in the old one's store.
  await hub.stop();
  await control(page, 'child', 'middle_names').fill('Lada');
  await typeAtEnd(await editor(page, 'views', 'working'), ', to the last letter.', 5);
  await page.getByRole('button', { name: 'Update now' }).click();
  await unlock(page);
  await expect(page).toHaveURL(`${hub.url}/requests/${doc}`);
  await expect(offer).toHaveCount(0);
  await openSection(page, 'child');
  await expect(control(page, 'child', 'last_name')).toHaveValue('Overwinter');
  await expect(control(page, 'child', 'middle_names')).toHaveValue('Lada');
  await openSection(page, 'contacts');
  await expect(page.getByLabel('Full name')).toHaveValue('From The Old App');
  await openSection(page, 'views');
  await expect(control(page, 'views', 'working')).toHaveText('Typed into the old app, to the last letter.');
  tally.add('updates');

  await hub.start();
  await lineIsBack(page);
  await reachedHub(page);
  await expect.poll(() => [...spoken]).toEqual([oldestProtocolVersion, protocolVersion]);
  expect(stored()).toEqual(['Overwinter', ['From The Old App'], ['Typed into the old app, to the last letter.']]);
  expect(readDatabase(hub.folder, (database) => database.field(doc, 'child', 'middle_names')?.value)).toBe('Lada');
  tally.add('words carried over', 2);
});

/** Of the wire, by what the device really sends. */
function versionsSpoken(context: BrowserContext): ReadonlySet<number> {
  const spoken = new Set<number>();
  context.on('request', (request) => {
    const body = request.method() === 'POST' && request.url().endsWith('/api/sync') ? request.postDataBuffer() : null;
    if (body !== null) spoken.add((JSON.parse(gunzipSync(body).toString()) as { v: number }).v);
  });
  return spoken;
}
