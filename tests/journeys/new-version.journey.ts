/**
 * The app is used without a connection, in two tabs, and replaced by a newer release meanwhile. The new one offers itself,
 * takes over when the person agrees, and every word is there, in the tab that agreed and in the other one: nobody has to
 * clear anything. A page of the old release that asks for what is no longer there says so, and is whole again at a press.
 */
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { choose } from './support/filled-request.ts';
import { expect, test as base } from './support/journey.ts';
import {
  buildNext,
  newSentence,
  nextName,
  oldSentence,
  openTree,
  type NextRelease,
  type Tree,
} from './support/releases.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  reachedHub,
  saving,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { smallDisk } from './support/small-disk.ts';
import { tallyOf } from './support/tally.ts';
import { paceMs } from '#lib/forms/typing-pace.ts';

const test = base.extend<{ releases: Tree }, { next: NextRelease }>({
  next: [
    async ({}, use) => {
      const next = buildNext();
      await use(next);
      next.dispose();
    },
    { scope: 'worker' },
  ],
  releases: async ({ next }, use) => {
    const tree = openTree(next);
    await use(tree);
    tree.dispose();
  },
  tree: async ({ releases }, use) => use(releases.folder),
});
const tally = tallyOf('new-version');
// The newer release is built meanwhile, and a busy machine needs its time for that.
test.describe.configure({ timeout: 400_000 });

test('a newer release takes over by consent, and the words of both tabs, typed offline and in the last moment, arrive', async ({
  hub,
  openDevice,
  releases,
}) => {
  const device = await openDevice({ viewport: { width: 412, height: 915 } });
  const { page } = device;
  await signIn(page, hub, 'yusuf');
  const [before] = await cachesOf(page);

  await hub.stop();
  const doc = await startRequest(page);
  await expect(page.getByText(oldSentence)).toBeVisible();
  await openSection(page, 'child');
  await control(page, 'child', 'last_name').fill('Overwinter');
  await openSection(page, 'contacts');
  await page.getByRole('button', { name: 'Add a contact' }).click();
  await page.getByLabel('Full name').fill('Between Releases');
  await openText(page, 'Typed into the old release');
  await waitsHere(page);
  const other = await device.context.newPage();
  await other.goto(hub.url);
  await unlock(other);
  const otherDoc = await startRequest(other);
  await openText(other, 'In the other tab');
  await waitsHere(other);

  await releases.release();
  await hub.start();
  // The page is opened as every day; the browser finds the newer release by itself, and it waits to be asked for.
  await page.goto(`${hub.url}/requests/${doc}`);
  await unlock(page);
  const offer = page.getByText('A new version of the Hub is ready.');
  await expect(offer).toBeVisible();
  await expect(page.getByText(oldSentence)).toBeVisible();
  expect(await cachesOf(page)).toHaveLength(2);
  // Nothing is handed to the store by the clock any more: what is typed now is in the last moment before a save.
  for (const tab of [page, other]) await stopPace(tab);
  await typeAtEnd(await editor(other, 'views', 'working'), ', in mid-sentence', 5);
  await typeAtEnd(await editor(page, 'views', 'working'), ', and on until the last second.', 5);
  await page.getByRole('button', { name: 'Update now' }).click();
  await unlock(page);
  tally.add('updates');

  // The same place, every word, and only the new release is left on the device.
  await expect(page).toHaveURL(`${hub.url}/requests/${doc}`);
  await expect(page.getByText(newSentence)).toBeVisible();
  await expect(offer).toHaveCount(0);
  const words = 'Typed into the old release, and on until the last second.';
  await expect(control(page, 'views', 'working')).toHaveText(words);
  await expect(control(page, 'child', 'last_name')).toHaveValue('Overwinter');
  await expect(page.getByLabel('Full name')).toHaveValue('Between Releases');
  tally.add('words carried over', 3);
  await expect.poll(() => cachesOf(page)).toEqual([`ehc-hub-app-${nextName}`]);
  expect(before).not.toBe(`ehc-hub-app-${nextName}`);

  // The other tab came along, and not one letter later than the last that stood on it.
  await unlock(other);
  await expect(other).toHaveURL(`${hub.url}/requests/${otherDoc}`);
  await expect(other.getByText(newSentence)).toBeVisible();
  await expect(control(other, 'views', 'working')).toHaveText('In the other tab, in mid-sentence');
  tally.add('words carried over');

  await lineIsBack(page);
  for (const tab of [page, other]) await reachedHub(tab);
  readDatabase(hub.folder, (database) => {
    expect(database.text(doc, 'views', 'working')).toEqual([words]);
    expect(database.text(otherDoc, 'views', 'working')).toEqual(['In the other tab, in mid-sentence']);
    expect(database.field(doc, 'child', 'last_name')?.value).toBe('Overwinter');
    expect(database.items(doc, 'contacts').map(({ fields }) => fields.full_name)).toEqual(['Between Releases']);
  });

  // And the new release, too, starts without a connection.
  await hub.stop();
  await page.goto(`${hub.url}/requests/${doc}`);
  await unlock(page);
  await expect(control(page, 'views', 'working')).toHaveText(words);
});

test('words that cannot be stored hold an update back, and a page of the old release that lacks a file says so', async ({
  hub,
  openDevice,
  releases,
}) => {
  const { page } = await openDevice();
  const disk = await smallDisk(page, hub.url);
  await signIn(page, hub, 'yusuf');
  const doc = await startRequest(page);
  await openText(page, 'Saved before.');
  await reachedHub(page);
  await releases.release();
  await hub.stop();
  await hub.start();
  await page.goto(`${hub.url}/requests/${doc}`);
  await unlock(page);
  await expect(page.getByText('A new version of the Hub is ready.')).toBeVisible();

  await test.step('the device has no room: the update waits for the words', async () => {
    await disk.fill();
    await typeAtEnd(await editor(page, 'views', 'working'), ' On this page only.', 5);
    await expect(saving(page)).toContainText('Not saved');
    const update = page.getByRole('button', { name: 'Update now' });
    await update.click();
    // It has tried to store the words, and has given up.
    await expect(update).not.toHaveAttribute('aria-disabled');
    // Were it taken, the page would be loaded anew, and would be locked.
    await expect(saving(page)).toContainText('Not saved');
    await expect(page.getByText(oldSentence)).toBeVisible();
    await expect(control(page, 'views', 'working')).toHaveText('Saved before. On this page only.');
    await disk.free();
    await reachedHub(page);
    tally.add('updates held back');
  });

  await test.step('a file of the old release is gone: the page says so, and is whole again at a press', async () => {
    await page.goto(hub.url);
    await unlock(page);
    const draft = await startRequest(page);
    await openSection(page, 'requester');
    await choose(page, /^Is the young person making this request/, 'No');
    await control(page, 'requester', 'req_name').fill('Before');
    await reachedHub(page);
    await loseTheApp(page);
    await stopPace(page);
    await control(page, 'requester', 'req_name').fill('');
    await control(page, 'requester', 'req_name').pressSequentially('After');
    // The lists of entries were not wanted until now.
    await openSection(page, 'contacts');
    const notice = page.getByText('Part of this page could not be loaded.');
    await expect(notice).toBeVisible();
    await expect(control(page, 'requester', 'req_name')).toHaveValue('After');
    tally.add('missing files told of');
    await page.getByRole('button', { name: 'Load the page again' }).click();
    await unlock(page);
    await expect(page).toHaveURL(`${hub.url}/requests/${draft}`);
    await expect(page.getByText(newSentence)).toBeVisible();
    await expect(notice).toHaveCount(0);
    await openSection(page, 'requester');
    await expect(control(page, 'requester', 'req_name')).toHaveValue('After');
    await openSection(page, 'contacts');
    await page.getByRole('button', { name: 'Add a contact' }).click();
    await page.getByLabel('Full name').fill('Came With The New');
    await reachedHub(page);
    readDatabase(hub.folder, (database) => {
      expect(database.field(draft, 'requester', 'req_name')?.value).toBe('After');
      expect(database.items(draft, 'contacts').map(({ fields }) => fields.full_name)).toEqual(['Came With The New']);
      expect(database.text(doc, 'views', 'working')).toEqual(['Saved before. On this page only.']);
    });
  });
});

async function openText(page: Page, words: string): Promise<void> {
  await openSection(page, 'views');
  await page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(page, 'views', 'working'), words, 5);
}

/** Between the first key and the next save of a text the clock of the page stands still. */
const stopPace = (page: Page): Promise<void> =>
  page.evaluate((pace) => {
    const before = window.setTimeout.bind(window) as (run: TimerHandler, ms?: number) => number;
    Object.assign(window, { setTimeout: (run: TimerHandler, ms?: number) => (ms === pace ? 0 : before(run, ms)) });
  }, paceMs);

const cachesOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('ehc-hub-app-')));

/** What a browser does that is short of room: the files of the app go, its database stays. */
async function loseTheApp(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  await session.detach();
}
