/**
 * Every screen, as an auditor walks through them: axe finds nothing on a small telephone and at a desk, nothing scrolls
 * sideways even on a very narrow one, and words at twice their size are all there to read.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from '@playwright/test';
import { hashPassword } from '#server/services/passwords.ts';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { fillRequired } from './support/filled-request.ts';
import { revealAll } from './support/revealed-request.ts';
import { expect, test } from './support/journey.ts';
import { look } from './support/look.ts';
import {
  control,
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

const tally = tallyOf('axe');
const see = async (page: Page, screen: string) => tally.add('screens checked by axe', await look(page, screen));

test('whoever has not signed in can perceive and operate every screen at the door', async ({ hub, openDevice }) => {
  test.setTimeout(240_000);
  const { page } = await openDevice();
  await page.goto(`${hub.url}/sign-in`);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await see(page, 'sign-in');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await see(page, 'sign-in with errors');
  await page.getByLabel('Email address', { exact: true }).fill(people.priya.email);
  await page.getByLabel('Password', { exact: true }).fill(demonstrationPassword);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  await see(page, 'code');
  await page.getByLabel('Security code').fill('1234');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await see(page, 'code with an error');
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await expect(page.getByText('We have sent a new code')).toBeVisible();
  await see(page, 'code sent again');

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
});

test('the lists and the whole form can be perceived and operated, every section open', async ({ hub, openDevice }) => {
  test.setTimeout(420_000);
  const { page } = await openDevice();
  await signIn(page, hub, 'kwame');
  await see(page, 'my requests, empty');
  const desk = await openDevice();
  await signIn(desk.page, hub, 'priya');
  await see(desk.page, 'my requests, full');

  await startRequest(desk.page);
  await expect(control(desk.page, 'consent', 'consent_given')).toBeVisible();
  await see(desk.page, 'a new request');
  const sections = await desk.page
    .locator('[id^="section-"][id$="-heading"]')
    .evaluateAll((all) => all.map(({ id }) => id.replace(/^section-|-heading$/g, '')));
  expect(sections).toHaveLength(10);
  await openAllSections(desk.page);
  await revealAll(desk.page);
  await reachedHub(desk.page);
  await desk.page.getByRole('button', { name: 'Close all sections' }).click();
  await expect(desk.page.getByRole('button', { name: 'Open all sections' })).toBeVisible();
  await see(desk.page, 'a request, all sections closed');
  for (const section of sections) {
    await openSection(desk.page, section);
    await expect(desk.page.locator(`#section-${section}-content .hub-editor__waiting`)).toHaveCount(0);
    await see(desk.page, `section ${section}`);
    await desk.page.locator(`#section-${section}-heading`).click();
  }

  await openSection(desk.page, 'child');
  await control(desk.page, 'child', 'legal_status').click();
  await expect(desk.page.getByRole('option').first()).toBeVisible();
  await see(desk.page, 'a searchable list, open');
  await desk.page.keyboard.press('Escape');

  await openSection(desk.page, 'documents');
  await desk.page.locator('#field-documents-documents-choose').setInputFiles([
    { name: 'Report of the school.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') },
    { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') },
  ]);
  await expect(desk.page.getByRole('group', { name: 'page.html' })).toContainText('does not take this kind');
  await desk.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(desk.page.getByText('Choose what this document is')).toBeVisible();
  await see(desk.page, 'documents, chosen, with errors');
  await desk.page.getByRole('button', { name: 'Leave out: page.html' }).click();
  await desk.page.locator('[id^="field-documents-documents-category-"]').first().fill('Medical');
  await desk.page.getByRole('option', { name: 'Medical form' }).first().click();
  await desk.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(desk.page.getByRole('row', { name: 'Report of the school.pdf' })).toContainText('Saved to the Hub');
  await see(desk.page, 'documents, one added');
});

test('panels, dialogs and news can be perceived and operated', async ({ hub, openDevice }) => {
  test.setTimeout(300_000);
  const [laptop, phone] = await Promise.all([openDevice(), openDevice()]);
  await signIn(laptop.page, hub, 'priya');
  await startRequest(laptop.page);
  await openSection(laptop.page, 'child');
  await control(laptop.page, 'child', 'last_name').fill('Wrenfield');
  await reachedHub(laptop.page);
  await signIn(phone.page, hub, 'priya');
  await phone.page.getByRole('link', { name: 'Wrenfield' }).click();
  await openSection(phone.page, 'child');
  await expect(control(phone.page, 'child', 'last_name')).toHaveValue('Wrenfield');
  const pages = [laptop.page, phone.page];

  await hub.stop();
  await control(laptop.page, 'child', 'preferred_name').fill('Zosia');
  await control(laptop.page, 'child', 'first_name').fill('Zofia');
  await waitsHere(laptop.page);
  await control(phone.page, 'child', 'preferred_name').fill('Zofka');
  await control(phone.page, 'child', 'first_name').fill('Sofia');
  await waitsHere(phone.page);
  await see(phone.page, 'offline');
  await hub.start();
  await lineIsBack(...pages);
  for (const page of pages) await reachedHub(page);
  const conflict = laptop.page.getByRole('group', { name: 'First name: there are 2 different answers' });
  await expect(conflict).toBeVisible();
  await see(laptop.page, 'conflict');
  await conflict.getByRole('button', { name: 'Type another answer' }).click();
  await see(laptop.page, 'conflict, typing another answer');
  const told = await Promise.any(
    pages.map(async (page) => {
      await expect(page.getByRole('button', { name: 'Put mine back' })).toBeVisible();
      return page;
    }),
  );
  await see(told, 'told that an answer was overtaken');

  await phone.page.getByRole('button', { name: 'Earlier answers to Last name' }).click();
  await expect(phone.page.getByText('(the newest)')).toBeVisible();
  await see(phone.page, 'history');
  await phone.page.keyboard.press('Escape');
  await shareWith(phone.page, 'tom');
  await phone.page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = phone.page.getByRole('dialog', { name: 'Share this draft' });
  await dialog.getByLabel('Their email address').fill('nobody@example.org');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.locator('.hub-error-text')).toBeVisible();
  await dialog.getByLabel('Their email address').fill('no address');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('Enter an email address')).toBeVisible();
  await see(phone.page, 'share, with a refusal, an error and somebody it is shared with');
  await phone.page.keyboard.press('Escape');
  await phone.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(phone.page.getByRole('dialog', { name: 'Delete this draft?' })).toBeVisible();
  await see(phone.page, 'delete');
  await phone.page.keyboard.press('Escape');

  await phone.page.evaluate(async () => {
    await fetch('/api/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'hub-request': '1' },
      body: JSON.stringify({ everywhere: true }),
    });
  });
  await control(laptop.page, 'child', 'middle_names').fill('Maria');
  await expect(laptop.page.getByText('You have been signed out of the Hub.')).toBeVisible();
  await see(laptop.page, 'signed out while writing');
  await laptop.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(laptop.page.getByRole('dialog')).toBeVisible();
  await see(laptop.page, 'leaving with words that were not sent');
  await laptop.page.keyboard.press('Escape');
  await laptop.page.getByRole('button', { name: 'Lock' }).click();
  await expect(laptop.page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
  await see(laptop.page, 'locked');
  await laptop.page.getByRole('button', { name: 'Unlock' }).click();
  await expect(laptop.page.getByRole('alert')).toBeVisible();
  await see(laptop.page, 'locked, with an error');
  await unlock(laptop.page);
  await laptop.page.goto(`${hub.url}/requests/${'a'.repeat(16)}`);
  await unlock(laptop.page);
  await expect(laptop.page.getByRole('heading', { name: 'There is nothing here that you can open' })).toBeVisible();
  await see(laptop.page, 'nothing here');
});

test('sending, what was sent and what came in can be perceived and operated', async ({ hub, openDevice }) => {
  test.setTimeout(300_000);
  const { page } = await openDevice();
  await signIn(page, hub, 'priya');
  const doc = await startRequest(page);
  await openAllSections(page);
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await see(page, 'error summary and messages at the questions');
  await fillRequired(page, 'priya', { firstName: 'Hettie', lastName: 'Wrenfield', bornOn: ['4', '5', '2017'] });
  await control(page, 'child', 'preferred_name').focus();
  await page.getByRole('button', { name: 'Submit' }).click();
  await expect(page.getByRole('heading', { name: 'Check the request before you send it' })).toBeVisible();
  await see(page, 'check and send');
  await hub.stop();
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Submit request' }).click();
  await expect(page.getByText('Your request waits for a connection')).toBeVisible();
  await see(page, 'waiting to send');
  await hub.start();
  await page.context().setOffline(false);
  await lineIsBack(page);
  await expect(page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  await see(page, 'submitted');
  await page.getByRole('link', { name: 'Go to your requests' }).click();
  await see(page, 'my requests, one of them sent');

  const desk = await openDevice();
  await signIn(desk.page, hub, 'joanne');
  await desk.page.getByRole('link', { name: 'Intake' }).click();
  await desk.page.getByRole('link', { name: 'Wrenfield' }).waitFor();
  await see(desk.page, 'intake');
  await desk.page.getByRole('link', { name: 'Wrenfield' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await see(desk.page, 'a request received');

  await page.goto(`${hub.url}/requests/${doc}`);
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();
  await see(page, 'a request that was sent');

  // The password was changed elsewhere: what lies here opens with the one before, once.
  await page.getByRole('button', { name: 'Lock' }).click();
  await page.getByRole('link', { name: 'Sign in as someone else' }).click();
  await changePassword(hub.folder, people.priya.email, newPassword);
  await page.getByLabel('Email address', { exact: true }).fill(people.priya.email);
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  await expect.poll(async () => (await hub.outbox())[0]?.to, { message: 'the code arrives' }).toBe(people.priya.phone);
  await page.getByLabel('Security code').fill(/\d{6}/.exec((await hub.outbox())[0]?.body ?? '')?.[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Your password has changed' })).toBeVisible();
  await page.getByText('I do not remember the earlier password').click();
  await see(page, 'old password');
});

test('a page whose parts cannot be fetched says so, and can be perceived and operated', async ({ hub, openDevice }) => {
  const { page } = await openDevice();
  await signIn(page, hub, 'joanne');
  await page.goto(`${hub.url}/privacy`);
  await page.context().route(/\/_app\/immutable\//, (route) => route.abort());
  await page.evaluate(async () => {
    for (const key of await caches.keys()) await caches.delete(key);
  });
  await page.getByRole('link', { name: 'EHC Hub' }).click();
  await expect(page.getByRole('heading', { name: 'Sorry, there is a problem with this page' })).toBeVisible();
  await see(page, 'error page');
});

const newPassword = 'another-lantern-meadow-7';

async function changePassword(folder: string, email: string, password: string): Promise<void> {
  const hash = await hashPassword(password, (count) => randomBytes(count));
  const database = new Database(join(folder, 'hub.db'));
  database.prepare('UPDATE person SET password_hash = ? WHERE email = ?').run(hash, email);
  database.close();
}
