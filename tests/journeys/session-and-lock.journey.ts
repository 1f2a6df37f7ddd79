/**
 * The session ends in the middle of a word, because somebody signed out everywhere, and half an hour without a touch
 * locks the screen in the middle of another. Neither costs a letter: writing goes on, and the way back leads to the same
 * place, the same field and the same words. A touch in one tab is a touch in all of them.
 */
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import {
  control,
  editor,
  enterSignIn,
  openSection,
  reachedHub,
  saving,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('session-and-lock');

test('signed out everywhere from another device in mid-word: writing goes on, and after signing in all of it arrives', async ({
  hub,
  openDevice,
}) => {
  const [laptop, phone] = await Promise.all([openDevice(), openDevice()]);
  await signIn(laptop.page, hub, 'priya');
  await signIn(phone.page, hub, 'priya');
  const doc = await startRequest(laptop.page);
  await openSection(laptop.page, 'child');
  await openSection(laptop.page, 'views');
  await laptop.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  const box = await editor(laptop.page, 'views', 'working');
  await typeAtEnd(box, 'Before the session ended', 5);
  await reachedHub(laptop.page);

  await phone.page.getByRole('button', { name: 'Sign out' }).click();
  await phone.page.getByRole('button', { name: 'Sign out of all my devices' }).click();
  await expect(phone.page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  tally.add('sessions ended');
  await box.pressSequentially(', and after it had ended, ', { delay: 20 });
  await expect(laptop.page.getByText('You have been signed out of the Hub.')).toBeVisible();
  await expect(saving(laptop.page)).toContainText('Saved on this device');
  await expect(saving(laptop.page)).toContainText('Sign in again to send it');
  // The focus is still in the sentence, and the form goes on taking words.
  await laptop.page.keyboard.type('she wrote on.', { delay: 20 });
  await control(laptop.page, 'child', 'first_name').fill('Hettie');
  await expect(saving(laptop.page)).toContainText('Sign in again to send it');
  expect(readDatabase(hub.folder, (database) => database.text(doc, 'views', 'working'))).toEqual([
    'Before the session ended',
  ]);

  await laptop.page.getByRole('button', { name: 'Sign in again' }).click();
  await enterSignIn(laptop.page, hub, 'priya');
  await reachedHub(laptop.page);
  readDatabase(hub.folder, (database) => {
    expect(database.text(doc, 'views', 'working')).toEqual([
      'Before the session ended, and after it had ended, she wrote on.',
    ]);
    expect(database.field(doc, 'child', 'first_name')?.value).toBe('Hettie');
  });
});

for (const line of ['with', 'without'] as const) {
  test(`thirty idle minutes ${line} a connection lock the screen, and unlocking gives place, field and words back`, async ({
    hub,
    openDevice,
  }) => {
    // The page's clock is the test's own, so that half an hour takes no longer than the timers in it.
    const { page } = await openDevice({ prepare: (context) => context.clock.install() });
    await signIn(page, hub, 'priya');
    const doc = await startRequest(page);
    await openSection(page, 'child');
    await openSection(page, 'views');
    await page
      .getByRole('group', { name: /^Did the child/ })
      .getByLabel('Yes')
      .check();
    const box = await editor(page, 'views', 'working');
    await typeAtEnd(box, 'In the middle of a sent', 5);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    if (line === 'with') await reachedHub(page);
    else {
      await hub.stop();
      await page.keyboard.type('>');
      await page.keyboard.press('Backspace');
      await waitsHere(page);
    }
    const scrolled = await page.evaluate(() => scrollY);

    await page.clock.runFor('29:30');
    await expect(box).toBeVisible();
    await page.clock.runFor('00:45');
    await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
    await expect(page).toHaveURL(`${hub.url}/locked`);
    await expect(page.getByText('In the middle')).toHaveCount(0);
    tally.add('idle locks');

    await unlock(page);
    await expect(page).toHaveURL(`${hub.url}/requests/${doc}`);
    await expect(control(page, 'views', 'working')).toHaveText('In the middle of a sent');
    await expect(control(page, 'views', 'working')).toBeFocused();
    await page.keyboard.type('[here]');
    await expect(control(page, 'views', 'working')).toHaveText('In the middle of a se[here]nt');
    expect(Math.abs((await page.evaluate(() => scrollY)) - scrolled)).toBeLessThan(400);
    if (line === 'without') {
      await waitsHere(page);
      await hub.start();
      await page.clock.runFor('01:00');
    }
    await reachedHub(page);
    expect(readDatabase(hub.folder, (database) => database.text(doc, 'views', 'working'))).toEqual([
      'In the middle of a se[here]nt',
    ]);
  });
}

test('a touch in one tab keeps the other open; half an hour without any locks both, and each gives its words back', async ({
  hub,
  openDevice,
}) => {
  const device = await openDevice({ prepare: (context) => context.clock.install() });
  const first = device.page;
  await signIn(first, hub, 'priya');
  const firstDoc = await openTextOfNew(first, 'In the first tab');
  const second = await device.context.newPage();
  await second.goto(hub.url);
  await unlock(second);
  const secondDoc = await openTextOfNew(second, 'In the second tab');
  const tabs = [
    { page: first, doc: firstDoc, words: 'In the first tab' },
    { page: second, doc: secondDoc, words: 'In the second tab, touched' },
  ];

  await device.context.clock.runFor('20:00');
  await (await editor(second, 'views', 'working')).pressSequentially(', touched');
  await device.context.clock.runFor('20:00');
  // Forty minutes after the last touch of the first tab, and twenty after that of the second.
  for (const { page, words } of tabs) await expect(control(page, 'views', 'working')).toHaveText(words);
  tally.add('tabs kept open');
  await device.context.clock.runFor('10:30');
  for (const { page, doc, words } of tabs) {
    await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
    tally.add('idle locks');
    await unlock(page);
    await expect(page).toHaveURL(`${hub.url}/requests/${doc}`);
    await expect(control(page, 'views', 'working')).toHaveText(words);
  }
  // The second may have brought back words that its lock had met in memory.
  for (const { page } of tabs) await reachedHub(page);
  readDatabase(hub.folder, (database) => {
    for (const { doc, words } of tabs) expect(database.text(doc, 'views', 'working')).toEqual([words]);
  });
});

test('files chosen and not yet added stand there again after a lock and a kill, each with its category and date', async ({
  hub,
  openDevice,
}) => {
  const phone = await openDevice({ prepare: (context) => context.clock.install() });
  await signIn(phone.page, hub, 'priya');
  const doc = await startRequest(phone.page);
  await openSection(phone.page, 'documents');
  const names = ['Thornapple report.txt', 'Quillwort letter.txt'];
  await phone.page
    .locator('#field-documents-documents-choose')
    .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
  const boxOf = (name: string) => phone.page.getByRole('group', { name });
  const [report, letter] = [() => boxOf('Thornapple report'), () => boxOf('Quillwort letter')];
  await report().getByRole('combobox', { name: 'What is it?' }).fill('Medical');
  await report().getByRole('option', { name: 'Medical form' }).click();
  await report().getByLabel('Day', { exact: true }).fill('4');
  await report().getByLabel('Month', { exact: true }).fill('5');
  await report().getByLabel('Year', { exact: true }).fill('2026');
  // Half typed, and the focus stays in it.
  await letter().getByLabel('Day', { exact: true }).fill('27');

  for (const way of ['by hand', 'idle', 'killed'] as const) {
    if (way === 'by hand') await phone.page.getByRole('button', { name: 'Lock' }).click();
    else if (way === 'idle') await phone.page.clock.runFor('30:30');
    else {
      await phone.kill();
      await phone.reopen();
      await phone.page.goto(`${hub.url}/requests/${doc}`);
    }
    await expect(phone.page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
    await expect(phone.page.getByText('Thornapple')).toHaveCount(0);
    tally.add('locks over chosen files');
    await unlock(phone.page);
    if (way === 'killed') await openSection(phone.page, 'documents');
    await expect(report().getByRole('combobox', { name: 'What is it?' })).toHaveValue('Medical form');
    await expect(report().getByLabel('Year', { exact: true })).toHaveValue('2026');
    await expect(letter().getByLabel('Day', { exact: true })).toHaveValue('27');
    if (way !== 'killed') await expect(letter().getByLabel('Day', { exact: true })).toBeFocused();
  }

  await letter().getByRole('button', { name: 'Leave out' }).click();
  await phone.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(phone.page.getByRole('row', { name: 'Thornapple report.txt' })).toContainText(
    'Medical form, dated 4 May 2026',
  );
  await expect(letter()).toHaveCount(0);
});

test('who reads what comes in begins there, unless a link led elsewhere, and a lock leads back to where they were', async ({
  hub,
  openDevice,
}) => {
  const { page, context } = await openDevice();
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  await page.goto(hub.url);
  await enterSignIn(page, hub, 'joanne');
  await expect(page).toHaveURL(`${hub.url}/intake`);
  await expect(heading('Intake')).toBeVisible();
  tally.add('ways in');

  await page.getByRole('link', { name: 'My requests' }).click();
  await expect(heading('My requests')).toBeVisible();
  await page.getByRole('button', { name: 'Lock' }).click();
  await unlock(page);
  await expect(page).toHaveURL(`${hub.url}/`);
  await expect(heading('My requests')).toBeVisible();
  tally.add('ways in');

  const second = await context.newPage();
  for (const [path, end] of [
    ['/', '/intake'],
    ['/requests/AAAAAAAAAAAAAAAA', '/requests/AAAAAAAAAAAAAAAA'],
  ] as const) {
    await second.goto(`${hub.url}${path}`);
    await unlock(second);
    await expect(second).toHaveURL(`${hub.url}${end}`);
    tally.add('ways in');
  }
});

async function openTextOfNew(page: Page, words: string): Promise<string> {
  const doc = await startRequest(page);
  await openSection(page, 'views');
  await page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(page, 'views', 'working'), words, 5);
  await reachedHub(page);
  return doc;
}
