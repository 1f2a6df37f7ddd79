/**
 * Every screen, as an auditor walks through them: axe finds nothing on a small telephone and at a desk, nothing scrolls
 * sideways even on a very narrow one, and words at twice their size are all there to read.
 */
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { hashPassword } from '#server/services/passwords.ts';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { setPasswordHash } from './support/database.ts';
import { fillRequired, submit } from './support/filled-request.ts';
import { expect, test } from './support/journey.ts';
import { look } from './support/look.ts';
import { revealAll } from './support/revealed-request.ts';
import {
  control,
  enterSignIn,
  formDrawn,
  lineIsBack,
  openAllSections,
  openSection,
  reachedHub,
  shareWith,
  signIn,
  startRequest,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('accessibility');
const see = async (page: Page, screen: string) =>
  tally.add('screens × widths checked by axe', await look(page, screen));

test('the door, the lists and the whole form can be perceived and operated', async ({ hub, openDevice }) => {
  const { page } = await openDevice();
  for (const [path, heading] of [
    ['/accessibility', /accessib/i],
    ['/privacy', /priva|personal/i],
    ['/nowhere/at/all', 'Page not found'],
    ['/outbox', 'Outbox'],
  ] as const) {
    await page.goto(hub.url + path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await see(page, path);
  }
  await page.goto(`${hub.url}/sign-in`);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await see(page, 'sign-in');
  const problem = page.getByRole('alert');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(problem).toContainText('There is a problem');
  await see(page, 'sign-in with errors');
  await page.getByLabel('Email address', { exact: true }).fill(people.priya.email);
  await page.getByLabel('Password', { exact: true }).fill(demonstrationPassword);
  await page.context().setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(problem).toBeVisible();
  await see(page, 'sign-in, offline');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  await see(page, 'code');
  await page.getByLabel('Security code').fill('1234');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(problem).toBeVisible();
  await see(page, 'code with an error');
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await expect(page.getByText('We have sent a new code')).toBeVisible();
  await see(page, 'code sent again');

  await page.goto(`${hub.url}/accessibility`);
  await signIn(page, hub, 'priya');
  await see(page, 'my requests');
  await startRequest(page);
  await expect(control(page, 'consent', 'consent_given').first()).toBeVisible();
  await formDrawn(page);
  await see(page, 'a new request');
  await openAllSections(page);
  await revealAll(page);
  await see(page, 'the whole form');
  await page.getByRole('button', { name: 'Close all sections' }).click();
  await expect(page.getByRole('button', { name: 'Open all sections' })).toBeVisible();
  await see(page, 'a request, all sections closed');

  await openSection(page, 'child');
  await formDrawn(page);
  await control(page, 'child', 'legal_status').click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await see(page, 'a searchable list, open');
  await page.keyboard.press('Escape');
  await page.locator('#section-child-heading').click();
  await openSection(page, 'contacts');
  await page.getByRole('button', { name: 'Remove Contact 1' }).click();
  await expect(page.getByText('Contact 1 was removed.')).toBeVisible();
  await see(page, 'an entry removed');
  await page.locator('#section-contacts-heading').click();

  await openSection(page, 'documents');
  await page.locator('#field-documents-documents-choose').setInputFiles([
    { name: 'Report of the school.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') },
    { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') },
  ]);
  const unfit = page.getByRole('group', { name: 'page.html' });
  await expect(unfit).toContainText('does not take this kind');
  await page.getByRole('button', { name: 'Add this file' }).click();
  await expect(page.getByText('Choose what this document is')).toBeVisible();
  await see(page, 'documents, chosen, with errors');
  await unfit.getByRole('button', { name: 'Leave out' }).click();
  await page.getByRole('combobox', { name: 'What is it?' }).fill('Medical');
  await page.getByRole('option', { name: 'Medical form' }).first().click();
  await page.getByRole('button', { name: 'Add this file' }).click();
  await expect(page.getByRole('row', { name: 'Report of the school.pdf' })).toContainText('Saved to the Hub');
  await see(page, 'documents, one added');
});

test('panels, dialogs and news can be perceived and operated', async ({ hub, openDevice }) => {
  const [{ page, context }, tom] = await Promise.all([openDevice(), openDevice()]);
  await signIn(page, hub, 'priya');
  await startRequest(page);
  await openSection(page, 'child');
  await control(page, 'child', 'last_name').fill('Wrenfield');
  await reachedHub(page);
  await shareWith(page, 'tom');
  await signIn(tom.page, hub, 'tom');
  await see(tom.page, 'my requests, one of them shared by another');
  await tom.page.getByRole('link', { name: 'Wrenfield' }).click();
  await openSection(tom.page, 'child');
  await expect(control(tom.page, 'child', 'last_name')).toHaveValue('Wrenfield');
  const pages = [page, tom.page];

  await hub.stop();
  for (const [one, name] of [
    [page, 'Zosia'],
    [tom.page, 'Zofka'],
  ] as const) {
    await control(one, 'child', 'preferred_name').fill(name);
    await control(one, 'child', 'first_name').fill(name);
    await waitsHere(one);
  }
  await see(page, 'a draft, offline');
  await page.getByRole('link', { name: 'My requests' }).click();
  await expect(page.getByText('On this device, not sent yet')).toBeVisible();
  await see(page, 'my requests, offline');
  await page.getByRole('link', { name: 'Wrenfield' }).click();
  await hub.start();
  await lineIsBack(...pages);
  for (const one of pages) await reachedHub(one);
  const conflict = page.getByRole('group', { name: 'First name: there are 2 different answers' });
  await expect(conflict).toBeVisible();
  await see(page, 'conflict');
  await conflict.getByRole('button', { name: 'Give a different answer' }).click();
  await see(page, 'conflict, typing another answer');
  const told = await Promise.any(
    pages.map(async (one) => {
      await expect(one.getByRole('button', { name: 'Use my answer instead' })).toBeVisible();
      return one;
    }),
  );
  await see(told, 'told that an answer was overtaken');

  await page.getByRole('button', { name: 'Earlier answers to Last name' }).click();
  await expect(page.getByText('(the newest)')).toBeVisible();
  await see(page, 'history');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this draft' });
  await dialog.getByLabel('Their email address').fill('nobody@example.org');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('Choose what they can do')).toBeVisible();
  await dialog.getByLabel('Read only').check();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.locator('.hub-error-text')).toBeVisible();
  await dialog.getByLabel('Their email address').fill('no address');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('Enter an email address')).toBeVisible();
  await see(page, 'share, with a refusal, an error and somebody it is shared with');
  await dialog.getByLabel('Their email address').fill(people.tom.email);
  await dialog.getByLabel('Read only').check();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(tom.page.getByText('shared this draft with you to read')).toBeVisible();
  await openAllSections(tom.page);
  await formDrawn(tom.page);
  await see(tom.page, 'a draft that one may only read');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Delete this draft?' })).toBeVisible();
  await see(page, 'delete');
  await page.keyboard.press('Escape');

  await context.clearCookies();
  await control(page, 'child', 'middle_names').fill('Maria');
  await expect(page.getByText('You have been signed out of the Hub.')).toBeVisible();
  await see(page, 'signed out while writing');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('dialog', { name: 'Sign out' })).toBeVisible();
  await see(page, 'leaving');
  await page.getByRole('button', { name: 'Sign out of this device' }).click();
  await expect(page.getByRole('dialog', { name: 'Some of your words are not sent yet' })).toBeVisible();
  await see(page, 'leaving with words that were not sent');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Lock' }).click();
  await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
  await see(page, 'locked');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await see(page, 'locked, with an error');
  await tom.page.goto(`${hub.url}/requests/${'a'.repeat(16)}`);
  await unlock(tom.page);
  await expect(tom.page.getByRole('heading', { name: 'There is nothing here that you can open' })).toBeVisible();
  await see(tom.page, 'nothing here');
});

test('sending, what was sent and what came in can be perceived and operated', async ({ hub, openDevice }) => {
  const [{ page }, phone] = await Promise.all([openDevice(), openDevice()]);
  await signIn(page, hub, 'priya');
  const doc = await startRequest(page);
  await openAllSections(page);
  await formDrawn(page);
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await see(page, 'error summary and messages at the questions');
  await fillRequired(page, 'priya', { firstName: 'Hettie', lastName: 'Wrenfield', bornOn: ['4', '5', '2017'] });
  await reachedHub(page);
  await signIn(phone.page, hub, 'priya');
  await phone.page.getByRole('link', { name: 'Wrenfield' }).click();
  await openSection(phone.page, 'child');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Check the request before you submit it' })).toBeVisible();
  await see(page, 'check and send');
  await page.getByRole('link', { name: 'Back to the form' }).click();
  await hub.stop();
  await page.context().setOffline(true);
  await submit(page);
  await expect(page.getByText('Your request waits for a connection')).toBeVisible();
  await see(page, 'waiting to send');
  await control(phone.page, 'child', 'preferred_name').fill('Too late');
  await waitsHere(phone.page);
  await hub.start();
  await lineIsBack(page);
  await expect(page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  await see(page, 'submitted');
  await lineIsBack(phone.page);
  await expect(
    phone.page.getByRole('group', {
      name: /your answer came after the request was sent|change of yours was not made/i,
    }),
  ).toBeVisible();
  await see(phone.page, 'a request that was sent, with words that came too late');
  await phone.page.getByRole('link', { name: 'My requests' }).click();
  await expect(phone.page.getByText('There are messages about what you wrote')).toBeVisible();
  await see(phone.page, 'my requests, one of them sent, with words that came too late');

  // The password was changed elsewhere: what lies here opens with the one before, once.
  await page.goto(`${hub.url}/requests/${doc}`);
  await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in as someone else' }).click();
  await changePassword(hub.folder, people.priya.email, newPassword);
  await enterSignIn(page, hub, 'priya', newPassword);
  await expect(page.getByRole('heading', { name: 'Your password has changed' })).toBeVisible();
  await page.getByText('I do not remember the earlier password').click();
  await see(page, 'old password');

  const desk = await openDevice();
  await signIn(desk.page, hub, 'joanne');
  await see(desk.page, 'my requests, empty');
  await desk.page.getByRole('link', { name: 'Intake' }).click();
  await desk.page.getByRole('link', { name: 'Wrenfield' }).waitFor();
  await see(desk.page, 'intake');
  await desk.page.getByRole('link', { name: 'Wrenfield' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await see(desk.page, 'a request received');

  // A part of the app that was never fetched and cannot be fetched now.
  // All that this page itself needs is there before.
  await desk.page.goto(`${hub.url}/privacy`, { waitUntil: 'networkidle' });
  await desk.page.context().route(/\/_app\/immutable\//, (route) => route.abort());
  await desk.page.evaluate(async () => {
    for (const key of await caches.keys()) await caches.delete(key);
  });
  await desk.page.getByRole('link', { name: 'EHC Hub' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Sorry, there is a problem with this page' })).toBeVisible();
  await see(desk.page, 'error page');
});

const newPassword = 'another-lantern-meadow-7';

async function changePassword(folder: string, email: string, password: string): Promise<void> {
  await setPasswordHash(folder, email, await hashPassword(password, (count) => randomBytes(count)));
}
